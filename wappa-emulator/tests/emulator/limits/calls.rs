//! The limits of what is managed.

use std::sync::atomic::Ordering;

use wappa_cloud::client::automation::Components;
use wappa_cloud::client::flows::{FlowCategory, NewFlow};
use wappa_cloud::client::groups::NewGroup;
use wappa_cloud::client::numbers::CallbackOverride;
use wappa_cloud::client::profile::ProfileUpdate;
use wappa_cloud::client::qr::NewQrCode;
use wappa_cloud::client::templates::{
    Button, Card, Category, Header, NewAuthentication, NewTemplate, Otp, OtpApp,
};
use wappa_cloud::client::usernames::Transfer;
use wappa_cloud::client::{GraphError, Switch};
use wappa_cloud::limits::{self as l, Limit};
use wappa_cloud::{BoxFuture, FlowId, GroupId, TemplateId, Timestamp, VerifyToken};

use super::{Side, one_more, says, x};

type Call = for<'a> fn(&'a Side, usize) -> BoxFuture<'a, Result<(), GraphError>>;

/// A limit, a call with so much of it, where it stands in its JSON (or, after `?`, in its query), and Meta's code for one
/// more.
pub(super) struct Case(pub(super) &'static Limit, Call, &'static str, u64);

fn automation(side: &Side, components: Components) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        side.graph.automation(&side.of.access_token, &side.of.phone_number_id).set(&components).await
    })
}

fn profile(side: &Side, update: ProfileUpdate) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        side.graph.profile(&side.of.access_token, &side.of.phone_number_id).update(&update).await
    })
}

fn group(side: &Side, group: NewGroup) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let groups = side.graph.groups(&side.of.access_token, &side.of.phone_number_id);
        groups.create(&group).await.map(drop)
    })
}

fn template(
    side: &Side,
    edit: impl FnOnce(NewTemplate) -> NewTemplate,
) -> BoxFuture<'_, Result<(), GraphError>> {
    // Each of them has a name of its own, as they all stay.
    let name = format!("t{}", side.made.fetch_add(1, Ordering::Relaxed));
    let template = edit(NewTemplate::new(name, "en", Category::Marketing));
    create(side, template)
}

fn create(side: &Side, template: NewTemplate) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let templates = side.graph.templates(&side.of.access_token, &side.of.waba_id);
        templates.create(&template).await.map(drop)
    })
}

fn buttons(side: &Side, buttons: impl IntoIterator<Item = Button>) -> BoxFuture<'_, Result<(), GraphError>> {
    template(side, |new| buttons.into_iter().fold(new.body("Hi"), NewTemplate::button))
}

fn code(side: &Side, button: Otp) -> BoxFuture<'_, Result<(), GraphError>> {
    let name = format!("t{}", side.made.fetch_add(1, Ordering::Relaxed));
    Box::pin(async move {
        let templates = side.graph.templates(&side.of.access_token, &side.of.waba_id);
        templates.create_authentication(&NewAuthentication::new(name, button), "en").await.map(drop)
    })
}

fn card(body: String) -> Card {
    Card::new(Header::image("4::x")).body(body).button(Button::quick_reply("Yes"))
}

fn flow(side: &Side, name: String) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let flows = side.graph.flows(&side.of.access_token, &side.of.waba_id);
        flows.create(&NewFlow::new(name, [FlowCategory::Survey])).await.map(drop)
    })
}

fn flow_json(side: &Side, length: usize) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let flows = side.graph.flows(&side.of.access_token, &side.of.waba_id);
        let made = flows
            .create(&NewFlow::new("long", [FlowCategory::Survey]))
            .await?
            .id
            .unwrap_or_else(|| FlowId::from(""));
        let mut json = br#"{"version":"7.3","screens":[{"id":"A"}]}"#.to_vec();
        json.resize(length, b' ');
        side.graph.flow(&side.of.access_token, &made).upload_json(json).await.map(drop)
    })
}

fn archive(side: &Side, count: usize) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let ids: Vec<TemplateId> = (0..count).map(|n| TemplateId::from(n.to_string())).collect();
        side.graph.templates(&side.of.access_token, &side.of.waba_id).archive(&ids).await.map(drop)
    })
}

fn figures(side: &Side, count: usize) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        side.graph.waba(&side.of.access_token, &side.of.waba_id).enable_insights().await?;
        side.last.take();
        let ids: Vec<TemplateId> = (0..count).map(|n| TemplateId::from(n.to_string())).collect();
        let (start, end) = (Timestamp::from_secs(0), Timestamp::from_secs(86_400));
        let figures = side.graph.analytics(&side.of.access_token, &side.of.waba_id);
        figures.templates(start, end, &ids, None).page().await.map(drop)
    })
}

fn callback(side: &Side, length: usize) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let there = format!("https://{}", x(length - "https://".len()));
        let there = CallbackOverride::new(there, &VerifyToken::new("secret"));
        side.graph.number(&side.of.access_token, &side.of.phone_number_id).override_callback(&there).await
    })
}

fn username(side: &Side, name: String) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let username = side.graph.username(&side.of.access_token, &side.of.phone_number_id);
        username.set(&name, Transfer::Ask).await.map(drop)
    })
}

fn qr(side: &Side, sentence: String) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let codes = side.graph.qr_codes(&side.of.access_token, &side.of.phone_number_id);
        codes.create(&NewQrCode::new(sentence)).await.map(drop)
    })
}

/// There is no group with so many people; what matters is which refusal comes first.
fn people(side: &Side, count: usize) -> BoxFuture<'_, Result<(), GraphError>> {
    Box::pin(async move {
        let groups = side.graph.groups(&side.of.access_token, &side.of.phone_number_id);
        groups.create(&NewGroup::new("Tea")).await?;
        let made = groups.list().all().await?;
        side.last.take();
        let group = made.last().map_or_else(|| GroupId::from(""), |group| group.id.clone());
        let people: Vec<String> = (0..count).map(|n| n.to_string()).collect();
        let people: Vec<&str> = people.iter().map(String::as_str).collect();
        side.graph.group(&side.of.access_token, &group).remove(&people).await.map(drop)
    })
}

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case(&l::ICE_BREAKERS, |side, n| automation(side, (0..n).fold(Components::new(), |all, _| all.ice_breaker("Hi"))), "/prompts", 100),
    Case(&l::ICE_BREAKER, |side, n| automation(side, Components::new().ice_breaker(x(n))), "/prompts/0", 100),
    Case(&l::COMMANDS, |side, n| automation(side, (0..n).fold(Components::new(), |all, n| all.command(format!("c{n}"), "Does"))), "/commands", 100),
    Case(&l::COMMAND_NAME, |side, n| automation(side, Components::new().command(x(n), "Does")), "/commands/0/command_name", 100),
    Case(&l::COMMAND_DESCRIPTION, |side, n| automation(side, Components::new().command("menu", x(n))), "/commands/0/command_description", 100),
    Case(&l::PROFILE_ABOUT, |side, n| profile(side, ProfileUpdate::new().about(x(n))), "/about", 100),
    Case(&l::PROFILE_ADDRESS, |side, n| profile(side, ProfileUpdate::new().address(x(n))), "/address", 100),
    Case(&l::PROFILE_DESCRIPTION, |side, n| profile(side, ProfileUpdate::new().description(x(n))), "/description", 100),
    Case(&l::PROFILE_EMAIL, |side, n| profile(side, ProfileUpdate::new().email(x(n))), "/email", 100),
    Case(&l::PROFILE_WEBSITES, |side, n| profile(side, ProfileUpdate::new().websites(vec!["https://example.com".to_owned(); n])), "/websites", 100),
    Case(&l::PROFILE_WEBSITE, |side, n| profile(side, ProfileUpdate::new().websites(vec![x(n)])), "/websites/0", 100),
    Case(&l::QR_MESSAGE, |side, n| qr(side, x(n)), "/prefilled_message", 100),
    Case(&l::GROUP_SUBJECT, |side, n| group(side, NewGroup::new(x(n))), "/subject", 131_009),
    Case(&l::GROUP_DESCRIPTION, |side, n| group(side, NewGroup::new("Tea").description(x(n))), "/description", 131_009),
    Case(&l::GROUP_PEOPLE, people, "/participants", 131_204),
    Case(&l::USERNAME, |side, n| username(side, x(n)), "/username", 100),
    Case(&l::CALLBACK_URI, callback, "/webhook_configuration/override_callback_uri", 100),
    Case(&l::ANALYTICS_TEMPLATES, figures, "?template_ids", 100),
    Case(&l::FLOW_NAME, |side, n| flow(side, x(n)), "/name", 100),
    Case(&l::FLOW_JSON, flow_json, "", 100),
    Case(&l::TEMPLATE_NAME, |side, n| create(side, NewTemplate::new("y".repeat(n), "en", Category::Utility).body("Hi")), "/name", 100),
    Case(&l::TEMPLATE_HEADER_TEXT, |side, n| template(side, |new| new.header(Header::text(x(n))).body("Hi")), "/components/0/text", 2_388_040),
    Case(&l::TEMPLATE_BODY_TEXT, |side, n| template(side, |new| new.body(x(n))), "/components/0/text", 2_388_040),
    Case(&l::TEMPLATE_OFFER_BODY, |side, n| template(side, |new| new.body(x(n)).limited_time_offer("Now", Switch::On)), "/components/0/text", 2_388_040),
    Case(&l::TEMPLATE_OFFER_TEXT, |side, n| template(side, |new| new.body("Hi").limited_time_offer(x(n), Switch::On)), "/components/1/limited_time_offer/text", 2_388_040),
    Case(&l::TEMPLATE_CARD_BODY, |side, n| template(side, |new| new.body("Hi").card(card(x(n))).card(card("Two".into()))), "/components/1/cards/0/components/1/text", 2_388_040),
    Case(&l::TEMPLATE_CARDS, |side, n| template(side, |new| (0..n).fold(new.body("Hi"), |all, _| all.card(card("One".into())))), "/components/1/cards", 100),
    Case(&l::TEMPLATE_FOOTER, |side, n| template(side, |new| new.body("Hi").footer(x(n))), "/components/1/text", 2_388_040),
    Case(&l::TEMPLATE_BUTTONS, |side, n| buttons(side, (0..n).map(|n| Button::quick_reply(n.to_string()))), "/components/1/buttons", 100),
    Case(&l::TEMPLATE_URL_BUTTONS, |side, n| buttons(side, (0..n).map(|_| Button::url("Go", "https://example.com"))), "/components/1/buttons", 100),
    Case(&l::TEMPLATE_PHONE_BUTTONS, |side, n| buttons(side, (0..n).map(|_| Button::phone("Call", "15550100001"))), "/components/1/buttons", 100),
    Case(&l::TEMPLATE_CODE_BUTTONS, |side, n| buttons(side, (0..n).map(|_| Button::copy_code("A1"))), "/components/1/buttons", 100),
    Case(&l::TEMPLATE_BUTTON_TEXT, |side, n| buttons(side, [Button::quick_reply(x(n))]), "/components/1/buttons/0/text", 2_388_040),
    Case(&l::TEMPLATE_BUTTON_URL, |side, n| buttons(side, [Button::url("Go", format!("https://{}", x(n - 8)))]), "/components/1/buttons/0/url", 2_388_040),
    Case(&l::TEMPLATE_BUTTON_PHONE, |side, n| buttons(side, [Button::phone("Call", "1".repeat(n))]), "/components/1/buttons/0/phone_number", 2_388_040),
    Case(&l::COUPON_CODE, |side, n| buttons(side, [Button::copy_code(x(n))]), "/components/1/buttons/0/example", 2_388_040),
    Case(&l::TEMPLATE_BUTTON_TEXT, |side, n| code(side, Otp::copy_code().text(x(n))), "/components/1/buttons/0/text", 2_388_040),
    Case(&l::OTP_APPS, |side, n| code(side, Otp::one_tap((0..n).map(|n| OtpApp::new(format!("app{n}"), "K8a/AINcGX7")))), "/components/1/buttons/0/supported_apps", 100),
    Case(&l::ARCHIVED_AT_ONCE, archive, "/hsm_ids", 100),
];

#[tokio::test]
async fn one_over_each_limit_of_a_call_is_refused_here_and_there() {
    let side = Side::open().await;
    for Case(limit, call, at, code) in CASES {
        let of = format!("{} at {at}", limit.name);
        let most = call(&side, limit.max).await;
        let refused = most.err().map(|error| error.code.map(u64::from));
        assert!(
            refused.is_none_or(|refused| refused.is_some_and(|other| other != *code)),
            "{of}: {refused:?}"
        );
        let asked = side.last.take().unwrap_or_else(|| panic!("{of}: nothing was asked"));
        says(&call(&side, limit.max + 1).await.unwrap_err().to_string(), limit);
        let left = side.last.take().is_some_and(|left| left.target == asked.target);
        assert!(!left, "{of}: one more was sent");
        assert_eq!(side.refusal(one_more(asked, at)).await, Some(*code), "{of}: one more");
    }
}
