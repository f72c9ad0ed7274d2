//! An account: its numbers, users, subscriptions, templates, Flows, schedules.

use serde_json::json;
use wappa_cloud::{
    BusinessId, ObjectId, VerifyToken, WabaId,
    client::{
        Switch,
        flows::{FlowCategory, FlowUpdate, MetricGranularity, MetricName, NewFlow},
        numbers::{CallbackOverride, NewPhoneNumber},
        templates::{
            Body, Button, Category, Filter, FlowRef, Header, NewAuthentication, NewTemplate, Otp, OtpApp,
        },
        waba::{NewSchedule, Recurrence, Task, WabaUpdate},
    },
};

use super::{Case, IDS, case, done, page, told};

pub(super) fn cases() -> Vec<Case> {
    [account(), users(), schedules(), templates(), authentication(), flows()].into_iter().flatten().collect()
}

fn account() -> Vec<Case> {
    let (token, waba) = (&IDS.token, &IDS.waba);
    let add = |example, make: fn() -> NewPhoneNumber| {
        case("POST {WABA-ID}/phone_numbers", example, move |g| async move {
            told(g.numbers(token, waba).add(&make()).await).map(|id| json!({ "id": id }))
        })
    };
    vec![
        case("GET {WABA-ID}", "", move |g| async move { told(g.waba(token, waba).get().await) }),
        case("POST {WABA-ID}", "update_name", move |g| async move {
            done(g.waba(token, waba).update(&WabaUpdate::new().name("Updated Business Name")).await)
        }),
        case("POST {WABA-ID}", "update_timezone", move |g| async move {
            done(g.waba(token, waba).update(&WabaUpdate::new().timezone_id("2")).await)
        }),
        case("GET {WABA-ID}/activities", "", move |g| async move {
            page(g.waba(token, waba).activities().page().await)
        }),
        case("GET {WABA-ID}/phone_numbers", "", move |g| async move {
            page(g.numbers(token, waba).list().page().await)
        }),
        add("basic_phone_number", || NewPhoneNumber::new("1", "16315551000", "My Business Name")),
        add("migration_phone_number", || {
            NewPhoneNumber::new("1", "16315551001", "Migrated Business").migrate_phone_number(Switch::On)
        }),
        add("preverified_phone_number", || {
            NewPhoneNumber::new("1", "16315551002", "BSP Business").preverified_id("preverified_12345")
        }),
        case("GET {WABA-ID}/subscribed_apps", "", move |g| async move {
            told(g.subscriptions(token, waba).list().await).map(|apps| json!({ "data": apps }))
        }),
        case("POST {WABA-ID}/subscribed_apps", "basic_subscription", move |g| async move {
            done(g.subscriptions(token, waba).subscribe().await)
        }),
        case("POST {WABA-ID}/subscribed_apps", "custom_callback", move |g| async move {
            let token_of_ours = VerifyToken::new("YOUR_VERIFY_TOKEN_PLACEHOLDER");
            let callback = CallbackOverride::new("https://your-webhook-endpoint.com/webhook", &token_of_ours);
            done(g.subscriptions(token, waba).subscribe_at(&callback).await)
        }),
        case("DELETE {WABA-ID}/subscribed_apps", "", move |g| async move {
            done(g.subscriptions(token, waba).unsubscribe().await)
        }),
    ]
}

fn users() -> Vec<Case> {
    let (token, waba) = (&IDS.token, &IDS.waba_in_full);
    let assign = |example, user: &'static str, tasks: &'static [Task]| {
        case("POST {WhatsApp-Business-Account-ID}/assigned_users", example, move |g| async move {
            done(g.waba(token, waba).assign_user(&ObjectId::from(user), tasks).await)
        })
    };
    vec![
        case("GET {WhatsApp-Business-Account-ID}/assigned_users", "", move |g| async move {
            page(g.waba(token, waba).assigned_users(&BusinessId::from("1")).page().await)
        }),
        assign("basic_permissions", "2345678901234567", &[Task::Manage, Task::ViewInsights]),
        assign(
            "developer_permissions",
            "3456789012345678",
            &[Task::Develop, Task::ManageTemplates, Task::ViewTemplates],
        ),
        assign("full_access", "4567890123456789", &[Task::FullControl]),
        case("DELETE {WhatsApp-Business-Account-ID}/assigned_users", "remove_user", move |g| async move {
            done(g.waba(token, waba).remove_user(&ObjectId::from("2345678901234567")).await)
        }),
    ]
}

fn schedules() -> Vec<Case> {
    const WEEK: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
    fn days(days: &[&str]) -> Vec<String> {
        days.iter().map(|day| (*day).to_owned()).collect()
    }
    let (token, waba) = (&IDS.token, &IDS.waba);
    let add = |example, make: fn() -> NewSchedule| {
        case("POST {WABA-ID}/schedules", example, move |g| async move {
            told(g.waba(token, waba).add_schedule(&make()).await).map(|id| json!({ "id": id }))
        })
    };
    vec![
        case("GET {WABA-ID}/schedules", "", move |g| async move {
            page(g.waba(token, waba).schedules().page().await)
        }),
        add("business_hours_schedule", || {
            NewSchedule::new("Business Hours Schedule", "BUSINESS_HOURS")
                .description("Standard business operating hours")
                .start_time("09:00")
                .end_time("17:00")
                .timezone("America/New_York")
                .days_of_week(days(&WEEK[..5]))
                .is_active(Switch::On)
                .recurrence_pattern(Recurrence::new("WEEKLY", 1_u32))
        }),
        add("maintenance_window", || {
            NewSchedule::new("Weekend Maintenance", "MAINTENANCE_WINDOW")
                .description("System maintenance during off-hours")
                .start_time("02:00")
                .end_time("04:00")
                .timezone("UTC")
                .days_of_week(days(&WEEK[5..]))
                .is_active(Switch::Off)
        }),
        add("automated_response", || {
            NewSchedule::new("After Hours Auto-Reply", "AUTOMATED_RESPONSE")
                .description("Automated responses outside business hours")
                .start_time("18:00")
                .end_time("08:00")
                .timezone("America/Los_Angeles")
                .days_of_week(days(&WEEK))
                .is_active(Switch::On)
        }),
    ]
}

fn promo() -> NewTemplate {
    let body =
        "Hi {{1}}, our Fall Sale is on! Use promo code {{2}} Get an extra 25% off every order above $350!";
    NewTemplate::new("2023_april_promo", "en_US", Category::Marketing)
        .header(Header::text("Fall Sale"))
        .body(Body::new(body).examples(["Mark", "FALL25"]))
        .footer("Not interested in any of our sales? Tap Stop Promotions")
        .button(Button::quick_reply("Stop promotions"))
}

/// The example of the header's file, as the fixture has it.
fn handle(example: &str) -> String {
    let operations = super::operations();
    let create =
        operations.iter().find(|operation| operation.operation == "POST {WABA-ID}/message_templates");
    create.unwrap().requests[example]["components"][0]["example"]["header_handle"][0]
        .as_str()
        .unwrap()
        .to_owned()
}

const DOCUMENT: &str =
    "Create template w/ document header, text body, a phone number button, and a URL button";
const IMAGE: &str = "Create template w/ image header, text body, text footer, and 2 call-to-action buttons";

fn templates() -> Vec<Case> {
    fn with_flow(flow: FlowRef, screen: &str) -> NewTemplate {
        NewTemplate::new("template_name", "en_US", Category::Marketing)
            .body("Check out this new offer")
            .button(Button::flow("Check out this offer!", flow, Some(screen)))
    }
    let (token, waba, template) = (&IDS.token, &IDS.waba, &IDS.template);
    let create = |example, make: fn() -> NewTemplate| {
        case("POST {WABA-ID}/message_templates", example, move |g| async move {
            told(g.templates(token, waba).create(&make()).await)
        })
    };
    vec![
        case("GET {TEMPLATE_ID}", "", move |g| async move { told(g.template(token, template).get().await) }),
        case("POST {TEMPLATE_ID}", "Edit template", move |g| async move {
            done(g.template(token, template).edit(&promo()).await)
        }),
        case("GET {WABA-ID}/message_templates", "", move |g| async move {
            page(g.templates(token, waba).list(&Filter::new()).page().await)
        }),
        case("DELETE {WABA-ID}/message_templates", "", move |g| async move {
            done(g.templates(token, waba).delete("2023_april_promo").await)
        }),
        create("Create Flow Template Message by Flow JSON", || {
            let operations = super::operations();
            let create = operations.iter().find(|row| row.operation == "POST {WABA-ID}/message_templates");
            let example = &create.unwrap().requests["Create Flow Template Message by Flow JSON"];
            let json = example["components"][1]["buttons"][0]["flow_json"].as_str().unwrap();
            with_flow(FlowRef::Json(json.to_owned()), "WELCOME_SCREEN")
        }),
        create("Create Flow Template Message by ID", || {
            with_flow(FlowRef::Id("{{Flow-ID}}".into()), "<SCREEN_ID>")
        }),
        create("Create Flow Template Message by Name", || {
            with_flow(FlowRef::Name("{{Flow-Name}}".into()), "<SCREEN_ID>")
        }),
        create("Create multi-product message template", || {
            let body = "Looks like you left some items in your cart! Use code {{1}} and you can get 10% off of all of them!";
            NewTemplate::new("abandoned_cart", "en_US", Category::Marketing)
                .header(Header::text(Body::new("Forget something {{1}}?").examples(["Pablo"])))
                .body(Body::new(body).examples(["10OFF"]))
                .button(Button::products("View items"))
        }),
        create(DOCUMENT, || {
            let body = "Thank you for your order, {{1}}! Your order number is {{2}}. Tap the PDF linked above to view your receipt. If you have any questions, please use the buttons below to contact support. Thanks again!";
            NewTemplate::new("order_confirmation", "en_US", Category::Utility)
                .header(Header::document(handle(DOCUMENT)))
                .body(Body::new(body).examples(["Mark", "860198-230332"]))
                .button(Button::phone("Call", "16467043595"))
                .button(Button::url("Contact Support", "https://www.examplesite.com/support"))
        }),
        create(IMAGE, || {
            let body = "Hi {{1}}! For a limited time only you can get our {{2}} for as low as {{3}}. Tap the Offer Details button for more information.";
            let shop = "https://damp-sea-63235.herokuapp.com/shop?promo={{1}}";
            NewTemplate::new("limited_time_offer_tuscan_getaway_2023", "en_US", Category::Marketing)
                .header(Header::image(handle(IMAGE)))
                .body(Body::new(body).examples(["Mark", "Tuscan Getaway package", "800"]))
                .footer("Offer valid until May 31, 2023")
                .button(Button::phone("Call", "16467043595"))
                .button(Button::url_with("Shop Now", shop, "summer2023"))
        }),
        create("Create template w/ location header, text body, text footer, and a website buttons", || {
            let body = "Good news {{1}}! Your order #{{2}} is on its way to the location above. Thank you for your order!";
            NewTemplate::new("order_delivery_update", "en_US", Category::Utility)
                .header(Header::location())
                .body(Body::new(body).examples(["Mark", "566701"]))
                .footer("To stop receiving delivery updates, tap the button below.")
                .button(Button::quick_reply("Stop Delivery Updates"))
        }),
        create("Create template w/ text header, text body, text footer, and 2 quick reply buttons", || {
            let body = "Shop now through {{1}} and use code {{2}} to get {{3}} off of all merchandise.";
            NewTemplate::new("seasonal_promotion_text_only", "en", Category::Marketing)
                .header(Header::text(Body::new("Our {{1}} is on!").examples(["Summer Sale"])))
                .body(Body::new(body).examples(["the end of August", "25OFF", "25%"]))
                .footer("Use the buttons below to manage your marketing subscriptions")
                .button(Button::quick_reply("Unsubcribe from Promos"))
                .button(Button::quick_reply("Unsubscribe from All"))
        }),
    ]
}

fn authentication() -> Vec<Case> {
    fn autofill() -> NewAuthentication {
        let button = Otp::one_tap([OtpApp::new("com.example.luckyshrub", "K8a%2FAINcGX7")])
            .text("Copy Code")
            .autofill_text("Autofill");
        NewAuthentication::new("authentication_code_autofill_button", button)
    }
    let create = |example, make: fn() -> NewAuthentication| {
        case("POST {WABA-ID}/message_templates", example, move |g| async move {
            let template = make().security_recommendation(Switch::On).expires_after_minutes(10);
            told(g.templates(&IDS.token, &IDS.waba).create_authentication(&template, "en_US").await)
        })
    };
    vec![
        create("Create authentication template w/ OTP copy code button", || {
            NewAuthentication::new("authentication_code_copy_code_button", Otp::copy_code().text("Copy Code"))
        }),
        create("Create authentication template w/ OTP one-tap autofill button", autofill),
        // Meta's example under this name is the one above once more.
        create("Create catalog template", autofill),
    ]
}

fn flows() -> Vec<Case> {
    let (token, waba, flow) = (&IDS.token, &IDS.waba, &IDS.flow);
    vec![
        case(
            "GET {WABA-ID}/flows",
            "",
            move |g| async move { page(g.flows(token, waba).list().page().await) },
        ),
        case("POST {WABA-ID}/flows", "", move |g| async move {
            let new = NewFlow::new("my first flow", [FlowCategory::Survey]);
            told(g.flows(token, waba).create(&new).await)
        }),
        case("POST {WABA-ID}/migrate_flows", "", move |g| async move {
            told(g.flows(token, waba).migrate_from(&WabaId::from("1"), &["appointment"]).await)
        }),
        case("GET {Flow-ID}", "", move |g| async move { told(g.flow(token, flow).get().await) }),
        case("GET {Flow-ID}", "", move |g| async move {
            let (name, step) = (MetricName::Availability, MetricGranularity::Day);
            told(g.flow(token, flow).metric(&name, &step, "2024-01-28", "2024-01-30").await)
        }),
        case("POST {Flow-ID}", "", move |g| async move {
            done(g.flow(token, flow).update(&FlowUpdate::new().name("my flow")).await)
        }),
        case("DELETE {Flow-ID}", "", move |g| async move { done(g.flow(token, flow).delete().await) }),
        case(
            "GET {Flow-ID}/assets",
            "",
            move |g| async move { page(g.flow(token, flow).assets().page().await) },
        ),
        case("POST {Flow-ID}/assets", "", move |g| async move {
            told(g.flow(token, flow).upload_json(r#"{"version":"7.3"}"#).await)
        }),
        case("POST {Flow-ID}/publish", "", move |g| async move { done(g.flow(token, flow).publish().await) }),
        case(
            "POST {Flow-ID}/deprecate",
            "",
            move |g| async move { done(g.flow(token, flow).deprecate().await) },
        ),
    ]
}
