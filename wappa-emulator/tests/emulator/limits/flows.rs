//! The limits of what stands on a Flow's screens.

use serde_json::Value;
use wappa_cloud::client::flows::{FlowCategory, NewFlow};
use wappa_cloud::flow::json::{Action, Component, FlowJson, Item, Screen};
use wappa_cloud::limits::{self as l, Limit};

use super::{Side, grow, x};

/// A limit, a component with so long a text, and where it stands in the component.
pub(super) struct Case(pub(super) &'static Limit, fn(usize) -> Component, &'static str);

fn date() -> Component {
    Component::date_picker("day", "Day")
}

fn chosen(item: Item) -> Component {
    Component::radio_buttons("one", "One", [item])
}

fn footer(label: &str) -> Component {
    Component::footer(label, Action::complete())
}

#[rustfmt::skip]
pub(super) const CASES: &[Case] = &[
    Case(&l::FLOW_HEADING, |n| Component::text_heading(x(n)), "/text"),
    Case(&l::FLOW_HEADING, |n| Component::text_subheading(x(n)), "/text"),
    Case(&l::FLOW_BODY, |n| Component::text_body(x(n)), "/text"),
    Case(&l::FLOW_CAPTION, |n| Component::text_caption(x(n)), "/text"),
    Case(&l::FLOW_INPUT_LABEL, |n| Component::text_input("in", x(n)), "/label"),
    Case(&l::FLOW_INPUT_LABEL, |n| Component::text_area("in", x(n)), "/label"),
    Case(&l::FLOW_INPUT_LABEL, |n| Component::dropdown("in", x(n), [("a", "A")]), "/label"),
    Case(&l::FLOW_GROUP_LABEL, |n| Component::checkbox_group("in", x(n), [("a", "A")]), "/label"),
    Case(&l::FLOW_GROUP_LABEL, |n| Component::radio_buttons("in", x(n), [("a", "A")]), "/label"),
    Case(&l::FLOW_DATE_LABEL, |n| Component::date_picker("in", x(n)), "/label"),
    Case(&l::FLOW_PICKER_LABEL, |n| Component::chips("in", x(n), [("a", "A"), ("b", "B")]), "/label"),
    Case(&l::FLOW_PICKER_LABEL, |n| Component::photo_picker("in", x(n)), "/label"),
    Case(&l::FLOW_PICKER_LABEL, |n| Component::document_picker("in", x(n)), "/label"),
    Case(&l::FLOW_OPT_IN, |n| Component::opt_in("in", x(n)), "/label"),
    Case(&l::FLOW_ITEM_TITLE, |n| chosen(Item::new("a", x(n))), "/data-source/0/title"),
    Case(&l::FLOW_DESCRIPTION, |n| chosen(Item::new("a", "A").description(x(n))), "/data-source/0/description"),
    Case(&l::FLOW_DESCRIPTION, |n| Component::photo_picker("in", "Photo").with("description", x(n)), "/description"),
    Case(&l::FLOW_ITEM_METADATA, |n| chosen(Item::new("a", "A").metadata(x(n))), "/data-source/0/metadata"),
    Case(&l::FLOW_HELPER, |n| Component::text_input("in", "In").helper_text(x(n)), "/helper-text"),
    Case(&l::FLOW_ERROR, |n| Component::text_input("in", "In").with("error-message", x(n)), "/error-message"),
    Case(&l::FLOW_DATE_ERROR, |n| date().with("error-message", x(n)), "/error-message"),
    Case(&l::FLOW_LINK, |n| Component::link(x(n), Action::open_url("https://example.com")), "/text"),
    Case(&l::FLOW_FOOTER, |n| footer(&x(n)), "/label"),
    Case(&l::FLOW_FOOTER_CAPTION, |n| footer("On").with("center-caption", x(n)), "/center-caption"),
];

/// A Flow of one screen with this first. A screen has one footer.
fn flow(component: Component, is_footer: bool) -> FlowJson {
    let screen = Screen::new("A", "A").terminal().child(component);
    FlowJson::new().screen(if is_footer { screen } else { screen.child(footer("On")) })
}

#[tokio::test]
async fn one_over_each_limit_of_a_flow_is_refused_here_and_there() {
    let side = Side::open().await;
    let flows = side.graph.flows(&side.of.access_token, &side.of.waba_id);
    let problems = async |name: String, json: &Value| {
        let new = NewFlow::new(name, [FlowCategory::Survey]).flow_json(json.to_string());
        let made = flows.create(&new).await.unwrap();
        let id = made.id.unwrap();
        let published = side.graph.flow(&side.of.access_token, &id).publish().await;
        (made.validation_errors, published.err().and_then(|error| error.code))
    };
    for (index, Case(limit, make, at)) in CASES.iter().enumerate() {
        let of = format!("{} at {at}", limit.name);
        let is_footer = matches!(limit.name, "flow footer" | "flow footer caption");
        let build = |length| flow(make(length), is_footer).build();
        let mut most = build(limit.max).unwrap_or_else(|error| panic!("{of}: {error}"));
        let (errors, refused) = problems(format!("most {index}"), &most).await;
        assert!(errors.is_empty() && refused.is_none(), "{of}: {errors:?}");
        let error = build(limit.max + 1).unwrap_err().to_string();
        let property = at.trim_start_matches("/data-source/0").trim_start_matches('/');
        for part in [property, &limit.max.to_string(), limit.unit.mend()] {
            assert!(error.contains(part), "{of}: {error}");
        }
        grow(most.pointer_mut(&format!("/screens/0/layout/children/0{at}")).unwrap());
        let (errors, refused) = problems(format!("more {index}"), &most).await;
        assert_eq!(refused, Some(139_002), "{of}: a Flow with problems is not published");
        assert_eq!(errors[0].error.as_deref(), Some("INVALID_PROPERTY_VALUE"), "{of}");
    }
}
