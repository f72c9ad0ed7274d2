//! A number: registration, settings, profile, QR codes, calls, groups, messages.

use bytes::Bytes;
use serde_json::{Value, json};
use wappa_cloud::{
    Address, CallId, Graph, GraphError, MediaKind, MediaSource, ObjectId, Typing, Upload, VerifyToken,
    client::{
        Switch,
        automation::Components,
        calls::Session,
        compliance::{ComplianceUpdate, Officer, OfficialAction, OfficialApplication, OfficialRequest},
        groups::NewGroup,
        numbers::{ApiData, CallbackOverride, NumberUpdate},
        profile::{ProfileUpdate, Vertical},
        qr::{NewQrCode, QrImage},
        registration::{Backup, CodeMethod, Registration, TwoStepPin},
        settings::{
            Calling, Encryption, IdentityCheck, SettingsUpdate, SipCredentials, SipUpdate, Status,
            StorageUpdate, Video,
        },
    },
};

use super::{Case, IDS, case, done, page, told};

const KEY: &str =
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA...\n-----END PUBLIC KEY-----\n";

pub(super) fn cases() -> Vec<Case> {
    [lists(), registered(), changed(), set(), shown(), called(), sent()].into_iter().flatten().collect()
}

fn lists() -> Vec<Case> {
    let (token, number) = (&IDS.token, &IDS.number);
    vec![
        case("GET {Phone-Number-ID}/block_users", "", move |g| async move {
            page(g.blocks(token, number).list().page().await)
        }),
        case("POST {Phone-Number-ID}/block_users", "Block user(s)", move |g| async move {
            told(g.blocks(token, number).block(&["+16505551234"]).await).map(blocked)
        }),
        case("DELETE {Phone-Number-ID}/block_users", "Unblock user(s)", move |g| async move {
            told(g.blocks(token, number).unblock(&["+16505551234"]).await).map(blocked)
        }),
        case("GET {Phone-Number-ID}/message_history", "", move |g| async move {
            page(g.history(token, number).list().page().await)
        }),
        case("POST {Phone-Number-ID}/groups", "", move |g| async move {
            told(g.groups(token, number).create(&NewGroup::new("Bread")).await)
        }),
        case("GET {Phone-Number-ID}/groups", "", move |g| async move {
            page(g.groups(token, number).list().page().await)
        }),
        case("GET {Phone-Number-ID}", "", move |g| async move { told(g.number(token, number).get().await) }),
    ]
}

#[allow(clippy::needless_pass_by_value, reason = "answers are mapped by it")]
fn blocked(users: Value) -> Value {
    json!({ "messaging_product": "whatsapp", "block_users": users })
}

fn registered() -> Vec<Case> {
    let (token, number) = (&IDS.token, &IDS.number);
    let pin = || TwoStepPin::new("123456").unwrap();
    let register = |example, make: fn(TwoStepPin) -> Registration| {
        case("POST {Phone-Number-ID}/register", example, move |g| async move {
            done(g.registration(token, number).register(&make(pin())).await)
        })
    };
    let code = |example, method: CodeMethod, language| {
        case("POST {Phone-Number-ID}/request_code", example, move |g| {
            let method = method.clone();
            async move { done(g.registration(token, number).request_code(method, language).await) }
        })
    };
    vec![
        register("basic_registration", Registration::new),
        register("migration_registration", |pin| {
            Registration::new(pin).backup(Backup::new("YOUR_BACKUP_PASSWORD", "YOUR_BACKUP_DATA"))
        }),
        register("advanced_registration", |pin| {
            Registration::new(pin).tier("PROD").data_localization_region("AE")
        }),
        case("POST {Phone-Number-ID}/deregister", "", move |g| async move {
            done(g.registration(token, number).deregister().await)
        }),
        code("sms_verification", CodeMethod::Sms, "en_US"),
        code("voice_verification", CodeMethod::Voice, "es_ES"),
        case("POST {Phone-Number-ID}/verify_code", "verify_code", move |g| async move {
            done(g.registration(token, number).verify_code("123456").await)
        }),
    ]
}

fn changed() -> Vec<Case> {
    fn over() -> CallbackOverride {
        CallbackOverride::new(
            "https://your-domain.com/webhook/override",
            &VerifyToken::new("YOUR_VERIFY_TOKEN"),
        )
    }
    fn secure(update: NumberUpdate) -> NumberUpdate {
        let data = ApiData::new()
            .pin(TwoStepPin::new("123456").unwrap())
            .show_security_notifications(Switch::On)
            .notify_user_change_number(Switch::Off);
        update.whatsapp_business_api_data(data).search_visibility("VISIBLE")
    }
    let update = |example, make: fn(NumberUpdate) -> NumberUpdate| {
        case("POST {Phone-Number-ID}", example, move |g| async move {
            done(g.number(&IDS.token, &IDS.number).update(&make(NumberUpdate::new())).await)
        })
    };
    vec![
        update("update_connection_status", |update| update.connection_status("CONNECTED")),
        update("configure_webhook", |update| {
            update.webhook_url("https://your-domain.com/webhook").webhook_configuration(over())
        }),
        update("update_security_settings", secure),
        update("update_display_name", |update| update.new_display_name("My New Business Name")),
        update("set_username", |update| update.username("mynewbusiness")),
        update("comprehensive_update", |update| {
            secure(update)
                .connection_status("CONNECTED")
                .webhook_url("https://your-domain.com/webhook")
                .webhook_configuration(over())
                .new_display_name("My Business Name")
                .username("mybusiness")
        }),
    ]
}

fn set() -> Vec<Case> {
    fn on() -> Calling {
        Calling::new().status(Status::Enabled)
    }
    let set = |example, make: fn(SettingsUpdate) -> SettingsUpdate| {
        case("POST {Phone-Number-ID}/settings", example, move |g| async move {
            done(g.settings(&IDS.token, &IDS.number).set(&make(SettingsUpdate::new())).await)
        })
    };
    vec![
        case("GET {Phone-Number-ID}/settings", "", |g| async move {
            // The guides' word for a button that is shown.
            let visible = |mut told: Value| {
                told["calling"]["call_icon_visibility"] = "visible".into();
                told
            };
            told(g.settings(&IDS.token, &IDS.number).get(SipCredentials::Omit).await).map(visible)
        }),
        set("Enable calling with video", |update| {
            let calling = on().call_icon_visibility("DEFAULT").video(Video::new(Status::Enabled));
            update.calling(calling)
        }),
        set("Disable calling", |update| update.calling(Calling::new().status(Status::Disabled))),
        set("Enable SIP calling", |update| {
            update.calling(on().sip(SipUpdate::new(Status::Enabled)).srtp_key_exchange_protocol("DTLS-SRTP"))
        }),
        set("Enable payload encryption", |update| {
            let key = "LS0tLS1CRUdJTiBQVUJMSUMgS0VZLS0tLS0KTUlJQklqQU5CZ2txaGtpRzl3MEJOUUVGQUFLQ0FRRUEzT2RoQzloK1FjYUpwUGxXWWJ0NE40NTFucFRKUHBnWAotLS0tLUVORCBQVUJMSUMgS0VZLS0tLS0=";
            update.payload_encryption(Encryption::new(Status::Enabled).client_encryption_key(key))
        }),
        set("Disable payload encryption", |update| {
            update.payload_encryption(Encryption::new(Status::Disabled))
        }),
        set("Enable user identity change", |update| {
            update.user_identity_change(IdentityCheck::new(Switch::On))
        }),
        set("Configure data storage", |update| {
            let storage = StorageUpdate::new("IN_COUNTRY_STORAGE_ENABLED").data_localization_region("us");
            update.storage_configuration(storage)
        }),
    ]
}

#[allow(clippy::too_many_lines, reason = "rows of a table")]
fn shown() -> Vec<Case> {
    let (token, number) = (&IDS.token, &IDS.number);
    let create = |example, make: fn() -> NewQrCode| {
        case("POST {Phone-Number-ID}/message_qrdls", example, move |g| async move {
            told(g.qr_codes(token, number).create(&make()).await)
        })
    };
    let automation = |example, make: fn() -> Components| {
        case("POST {Phone-Number-ID}/conversational_automation", example, move |g| async move {
            done(g.automation(token, number).set(&make()).await)
        })
    };
    let comply = |example, make: fn() -> ComplianceUpdate| {
        case("POST {Phone-Number-ID}/business_compliance_info", example, move |g| async move {
            done(g.compliance(token, number).set(&make()).await)
        })
    };
    let official = |example, make: fn() -> OfficialRequest| {
        case("POST {Phone-Number-ID}/official_business_account", example, move |g| async move {
            told(g.official_account(token, number).request(&make()).await)
        })
    };
    let profile = |operation,
                   example,
                   is_by_id: fn(&'static Graph) -> wappa_cloud::client::profile::Profile<'static>,
                   make: fn() -> ProfileUpdate| {
        case(operation, example, move |g| async move { done(is_by_id(g).update(&make()).await) })
    };
    let of_number = |g: &'static Graph| g.profile(&IDS.token, &IDS.number);
    vec![
        case("GET {Phone-Number-ID}/message_qrdls", "", move |g| async move {
            page(g.qr_codes(token, number).list().page().await)
        }),
        create("create_qr_code", || {
            NewQrCode::new("Hi! I'm interested in your products. Can you help me?").generate_qr_image("SVG")
        }),
        create("create_qr_code_png", || {
            NewQrCode::new("Hello! I'd like to get more information about your services.")
                .generate_qr_image(QrImage::Png)
        }),
        create("create_qr_code_no_image", || {
            NewQrCode::new("I'm interested in learning more about your business!")
        }),
        case("POST {Phone-Number-ID}/message_qrdls", "update_existing_qr_code", move |g| async move {
            let message = "Hello! I'd like to know more about your latest offers.";
            told(g.qr_codes(token, number).update("ANED2T5QRU7HG1", message).await)
        }),
        case("GET {Phone-Number-ID}/message_qrdls/{QR-Code-ID}", "", move |g| async move {
            told(g.qr_codes(token, number).get("{QR-Code-ID}").await).map(list_of_one)
        }),
        case("DELETE {Phone-Number-ID}/message_qrdls/{QR-Code-ID}", "", move |g| async move {
            done(g.qr_codes(token, number).delete("{QR-Code-ID}").await)
        }),
        automation("enable_welcome_with_prompts", || {
            Components::new()
                .welcome(Switch::On)
                .ice_breaker("How can I help you today?")
                .ice_breaker("What product are you interested in?")
        }),
        automation("setup_bot_commands", || {
            Components::new()
                .command("help", "Get help with your order")
                .command("status", "Check your order status")
                .command("support", "Contact customer support")
        }),
        automation("full_automation_setup", || {
            Components::new()
                .welcome(Switch::On)
                .ice_breaker("Welcome! How can I assist you?")
                .ice_breaker("Are you looking for product information?")
                .ice_breaker("Do you need help with an existing order?")
                .command("catalog", "View our product catalog")
                .command("hours", "Check our business hours")
                .command("location", "Find our store locations")
        }),
        automation("disable_automation", Components::new),
        case("GET {WABA-Bot-ID}", "", move |g| async move {
            told(g.automation_by_id(token, &ObjectId::from("{WABA-Bot-ID}")).await)
        }),
        case("GET {Phone-Number-ID}/whatsapp_commerce_settings", "", move |g| async move {
            told(g.commerce(token, number).get().await).map(list_of_one)
        }),
        case("POST {Phone-Number-ID}/whatsapp_commerce_settings", "", move |g| async move {
            done(g.commerce(token, number).set(Some(Switch::On), None).await)
        }),
        case("GET {Phone-Number-ID}/business_compliance_info", "", move |g| async move {
            told(g.compliance(token, number).get().await).map(list_of_one)
        }),
        comply("complete_update", || {
            let officer = Officer::new("chandravati@luckyshrub.com", "+913854559033")
                .name("Chandravati P.")
                .landline_number("+913857614343");
            let care =
                Officer::new("support@luckyshrub.com", "+913854559033").landline_number("+913857614343");
            ComplianceUpdate::new("Lucky Shrub Private Limited", "PARTNERSHIP", officer, care)
                .is_registered(Switch::On)
        }),
        comply("custom_entity_update", || {
            let officer = Officer::new("rajesh@innovativetech.com", "+918901234567").name("Rajesh Kumar");
            let care = Officer::new("support@innovativetech.com", "+918901234567");
            ComplianceUpdate::new("Innovative Tech Solutions", "OTHER", officer, care)
                .entity_type_custom("Limited Liability Partnership")
                .is_registered(Switch::On)
        }),
        case("GET {Phone-Number-ID}/official_business_account", "", move |g| async move {
            told(g.official_account(token, number).get().await)
        }),
        official("submit_application", || {
            let what = "Leading provider of innovative business solutions and consulting services";
            OfficialRequest::new(OfficialAction::Submit).application_data(acme(what))
        }),
        official("withdraw_application", || OfficialRequest::new(OfficialAction::Withdraw)),
        official("resubmit_application", || {
            let what = "Updated business description addressing previous feedback";
            OfficialRequest::new(OfficialAction::Resubmit).application_data(acme(what))
        }),
        case("GET {Phone-Number-ID}/whatsapp_business_profile", "", move |g| async move {
            told(g.profile(token, number).get().await)
                .map(|profile| json!({ "data": [{ "business_profile": profile }] }))
        }),
        profile(
            "POST {Phone-Number-ID}/whatsapp_business_profile",
            "complete_profile_update",
            of_number,
            || {
                ProfileUpdate::from("Welcome to our business! We provide excellent service.")
                    .address("123 Business Street, City, State 12345")
                    .description("We are a leading provider of quality products and services.")
                    .email("contact@business.com")
                    .profile_picture_handle(PICTURE)
                    .websites([
                        "https://www.business.com".to_owned(),
                        "https://www.facebook.com/business".to_owned(),
                    ])
                    .vertical(Vertical::Restaurant)
            },
        ),
        profile(
            "POST {Phone-Number-ID}/whatsapp_business_profile",
            "minimal_profile_update",
            of_number,
            || ProfileUpdate::new().description("Updated business description"),
        ),
    ]
}

pub(super) const PICTURE: &str = "4:VGVzdC5wbmc=:aW1hZ2UvanBlZw==:ARat4Mt-L09JON3f30SmDkdyPSuyBkDDYiB4TFXuXISjdgHoNp2b7j882_9Jzr2tPrdKxi92UygyVzTivJiOvmebMpZ6MIjTik3gTyI3ZCQAgQ:e:1659995302:2022308451254161:636685196:ARZf1ftR5N6-qSLtklU";

fn acme(description: &str) -> OfficialApplication {
    OfficialApplication::new("Acme Corporation Ltd", description)
        .website_url("https://www.acmecorp.com")
        .contact_email("business@acmecorp.com")
}

#[allow(clippy::needless_pass_by_value, reason = "answers are mapped by it")]
fn list_of_one(told: Value) -> Value {
    json!({ "data": [told] })
}

fn called() -> Vec<Case> {
    fn sdp(example: &str) -> String {
        let operations = super::operations();
        let calls = operations.iter().find(|operation| operation.operation == "POST {Phone-Number-ID}/calls");
        let examples = &calls.unwrap().requests;
        examples[example]["session"]["sdp"].as_str().unwrap().to_owned()
    }
    let (token, number) = (&IDS.token, &IDS.number);
    let callee = || Address::Number("14085551234".into());
    vec![
        case("POST {Phone-Number-ID}/calls", "Connect Call", move |g| async move {
            let session = Session::offer(sdp("Connect Call"));
            let placed = g.calls(token, number).connect(&callee(), &session, Some("0fS5cePMok")).await;
            told(placed).map(|call| json!({ "messaging_product": "whatsapp", "calls": [{ "id": call }] }))
        }),
        case("POST {Phone-Number-ID}/calls", "Terminate Call", move |g| async move {
            let call = CallId::from("wacid.HBgLMTIxODU1NTI4MjgVAgARGCAyODRQIAFRoA");
            done(g.calls(token, number).terminate(&call).await)
        }),
        case("POST {Phone-Number-ID}/calls", "Accept Call", move |g| async move {
            let session = Session::answer(sdp("Accept Call"));
            done(g.calls(token, number).accept(&CallId::from("wacid.x"), &session, None).await)
        }),
        case("POST {Phone-Number-ID}/calls", "Reject Call", move |g| async move {
            done(g.calls(token, number).reject(&CallId::from("wacid.x")).await)
        }),
        case("GET {Phone-Number-ID}/call_permissions", "", move |g| async move {
            told(g.calls(token, number).permissions(&callee()).await)
        }),
    ]
}

fn sent() -> Vec<Case> {
    let (token, number) = (&IDS.token, &IDS.number);
    let sealed = |example, contents| {
        case("POST {Phone-Number-ID}/messages_encrypted", example, move |g| async move {
            told(g.send_encrypted(token, number, contents).await)
                .map(|told| json!({ "encrypted_contents": told }))
        })
    };
    let upload = |example, kind: MediaKind, mime| {
        case("POST {Phone-Number-ID}/media", example, move |g| async move {
            let upload =
                Upload::new(kind, MediaSource::Bytes(Bytes::from_static(b"file")), mime, None).unwrap();
            told(g.upload(token, number, &upload).await).map(|id| json!({ "id": id }))
        })
    };
    vec![
        case("POST {Phone-Number-ID}/messages", "", move |g| async move {
            accepted(g.send(token, number, Bytes::from_static(b"{}")).await.map(|sent| (sent.id, sent.wa_id)))
        }),
        case("POST {Phone-Number-ID}/messages", "", move |g| async move {
            done(g.mark_read(token, number, &"wamid.X".into(), Typing::On).await)
        }),
        sealed("Send Encrypted Text Message", "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhDQkMtSFMyNTYifQ..."),
        sealed(
            "Send Encrypted Media Message",
            "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhDQkMtSFMyNTYifQ.encrypted_media_payload...",
        ),
        sealed(
            "Send Encrypted Template Message",
            "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhDQkMtSFMyNTYifQ.encrypted_template_payload...",
        ),
        case("GET {Phone-Number-ID}/whatsapp_business_encryption", "", move |g| async move {
            told(g.business_key(token, number).get().await).map(list_of_one)
        }),
        case("POST {Phone-Number-ID}/whatsapp_business_encryption", "upload_key", move |g| async move {
            done(g.business_key(token, number).set(KEY).await)
        }),
        upload("Upload Audio", MediaKind::Audio, "audio/ogg"),
        upload("Upload Image", MediaKind::Image, "image/jpeg"),
        upload("Upload Sticker", MediaKind::Sticker, "image/webp"),
    ]
}

/// Only that a message was accepted, and for whom, is told.
fn accepted<T>(sent: Result<T, GraphError>) -> Result<Value, GraphError> {
    sent.map(|_| Value::Null)
}
