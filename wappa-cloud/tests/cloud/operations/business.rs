//! Portfolios, partners and their solutions.

use serde_json::json;
use wappa_cloud::{
    AppId, BusinessId, ObjectId,
    client::{
        registration::CodeMethod,
        solutions::{LegacyMobility, Mobility, NewSolution, Rejection, SolutionMigration},
        waba::Task,
    },
};

use super::{Case, IDS, case, done, page, told};

#[allow(clippy::too_many_lines, reason = "rows of a table")]
pub(super) fn cases() -> Vec<Case> {
    let ids = &*IDS;
    let (token, business, app) = (&ids.token, &ids.business, &ids.app);
    let (partner, other) = (AppId::from("9876543210987654"), BusinessId::from("9876543210987654"));
    let (in_owner, in_partner) = (partner.clone(), partner.clone());
    let (accept, accept_minimal) = (partner.clone(), partner.clone());
    let reject = partner;
    vec![
        case("GET {Application-ID}/connected_client_businesses", "", move |g| async move {
            page(g.client_businesses(token, app).page().await)
        }),
        case("POST {Application-ID}/whatsapp_business_solution", "owner_has_messaging", move |g| {
            let new = NewSolution::new("Owner-Managed Messaging Solution", &in_owner, [Task::Messaging], []);
            async move {
                told(g.app_solutions(token, app).create(&new).await).map(|id| json!({ "solution_id": id }))
            }
        }),
        case("POST {Application-ID}/whatsapp_business_solution", "partner_has_messaging", move |g| {
            let new =
                NewSolution::new("Partner-Managed Messaging Solution", &in_partner, [], [Task::Messaging]);
            async move {
                told(g.app_solutions(token, app).create(&new).await).map(|id| json!({ "solution_id": id }))
            }
        }),
        case("GET {Application-ID}/whatsapp_business_solutions", "", move |g| async move {
            page(g.app_solutions(token, app).list(None).page().await)
        }),
        case("POST {Business-ID}/add_phone_numbers", "basic_phone_number", move |g| async move {
            told(g.business(token, business).add_phone_number("+1234567890").await)
                .map(|id| json!({ "id": id }))
        }),
        case("GET {Business-ID}", "", move |g| async move { told(g.business(token, business).get().await) }),
        case("GET {Business-ID}/preverified_numbers", "", move |g| async move {
            page(g.business(token, business).preverified_numbers().page().await)
        }),
        case("GET {Business-ID}/client_whatsapp_business_accounts", "", move |g| async move {
            page(g.business(token, business).client_wabas().page().await)
        }),
        case("GET {Business-ID}/owned_whatsapp_business_accounts", "", move |g| async move {
            page(g.business(token, business).owned_wabas().page().await)
        }),
        case("GET {Business-ID}/extendedcredits", "", move |g| async move {
            page(g.business(token, business).credit_lines().page().await)
        }),
        case("POST {Business-ID}/onboard_partners_to_mm_lite", "", move |g| async move {
            let asked = g.business(token, business).onboard_to_marketing_messages(&IDS.solution).await;
            told(asked).map(|id| json!({ "request_id": id }))
        }),
        case("POST {Business-ID}/share_preverified_numbers", "basic_sharing", move |g| {
            let (number, other) = (ObjectId::from("1234567890123456"), other.clone());
            async move { done(g.business(token, business).share_preverified_number(&number, &other).await) }
        }),
        case("GET {User-ID}/assigned_whatsapp_business_accounts", "", move |g| async move {
            page(g.assigned_wabas(token, &IDS.user).page().await)
        }),
        case("GET {Pre-Verified-Phone-Number-ID}", "", move |g| async move {
            told(g.preverified(token, &IDS.preverified).get().await)
        }),
        case("DELETE {Pre-Verified-Phone-Number-ID}", "", move |g| async move {
            done(g.preverified(token, &IDS.preverified).delete().await)
        }),
        case("GET {Pre-Verified-Phone-Number-ID}/partners", "", move |g| async move {
            page(g.preverified(token, &IDS.preverified).partners().page().await)
        }),
        code_case("sms_request", CodeMethod::Sms, "en_US"),
        code_case("voice_request", CodeMethod::Voice, "es_ES"),
        code_case("default_request", CodeMethod::Sms, "en_US"),
        case("POST {Pre-Verified-Phone-Number-ID}/verify_code", "verify_code", move |g| async move {
            done(g.preverified(token, &IDS.preverified).verify_code("123456").await)
        }),
        case("GET {Solution-ID}/access_token", "", move |g| async move {
            let answer = g.solution(token, &IDS.solution).access_token(business).await;
            // A token is read and never written.
            told(answer.map(|mut answer| {
                answer.rest = wappa_cloud::client::Rest::default();
                let token = answer.access_token.take().map(|token| token.expose().to_owned());
                json!({ "access_token": token, "expires_at": answer.expires_at })
            }))
        }),
        case("POST {Solution-ID}/accept_deactivation_request", "", move |g| async move {
            told(g.solution(token, &IDS.solution).accept_deactivation().await)
        }),
        case("POST {Solution-ID}/accept", "partner_acceptance", move |g| {
            let app = accept.clone();
            async move {
                told(
                    g.solution(token, &IDS.solution)
                        .accept(&app, Some("session_12345_accept_solution"))
                        .await,
                )
            }
        }),
        case("POST {Solution-ID}/accept", "minimal_acceptance", move |g| {
            let app = accept_minimal.clone();
            async move { told(g.solution(token, &IDS.solution).accept(&app, None).await) }
        }),
        case(
            "GET {Solution-ID}",
            "",
            move |g| async move { told(g.solution(token, &IDS.solution).get().await) },
        ),
        case("POST {Solution-ID}/reject_deactivation_request", "example", move |g| async move {
            told(g.solution(token, &IDS.solution).reject_deactivation().await)
        }),
        case("POST {Solution-ID}/reject", "reject_partnership", move |g| {
            let rejection = Rejection::new("PARTNERSHIP_REQUEST")
                .partner_app_id(&reject)
                .rejection_reason("Partnership terms do not align with our business requirements");
            async move { told(g.solution(token, &IDS.solution).reject(&rejection).await) }
        }),
        case("POST {Solution-ID}/reject", "reject_deactivation", move |g| {
            let rejection = Rejection::new("DEACTIVATION_REQUEST")
                .rejection_reason("Solution is still actively used by business customers");
            async move { told(g.solution(token, &IDS.solution).reject(&rejection).await) }
        }),
        case("POST {Solution-ID}/send_deactivation_request", "with_reason", move |g| async move {
            let why = "Solution no longer needed for current business operations";
            told(g.solution(token, &IDS.solution).request_deactivation(Some(why)).await)
        }),
        case("POST {Solution-ID}/send_deactivation_request", "without_reason", move |g| async move {
            told(g.solution(token, &IDS.solution).request_deactivation(None).await)
        }),
        case("GET {WABA-ID}/solutions", "", move |g| async move {
            page(g.waba_solutions(token, &IDS.waba).list().page().await)
        }),
        case("GET {WABA-ID}/in_progress_onbehalf_request", "", move |g| async move {
            page(g.waba_solutions(token, &IDS.waba).on_behalf_requests().page().await)
        }),
        case("GET {OBO-Mobility-Intent-ID}", "", move |g| async move {
            told(g.mobility_intent(token, &ObjectId::from("{OBO-Mobility-Intent-ID}")).await)
        }),
        case("GET {Migration-Intent-ID}", "", move |g| async move {
            told(g.migration_intent(token, &ObjectId::from("{Migration-Intent-ID}")).await)
        }),
        mobility("initiate_transfer", || {
            let metadata = json!({
                "partner_approval_id": "approval_123456",
                "business_justification": "Business restructuring",
            });
            Mobility::new("2345678901234567", "INITIATE_TRANSFER")
                .target_solution_id("3456789012345678")
                .mobility_reason("Transferring account management to new solution provider")
                .metadata(metadata)
        }),
        mobility("request_handover", || {
            Mobility::new("2345678901234567", "REQUEST_HANDOVER")
                .target_solution_id("3456789012345678")
                .scheduled_execution_time("2024-12-01T10:00:00Z")
                .mobility_reason("Scheduled handover during maintenance window")
        }),
        mobility("cancel_transfer", || {
            Mobility::new("2345678901234567", "CANCEL_TRANSFER")
                .mobility_reason("Transfer cancelled due to business requirements change")
        }),
        legacy("basic_obo_intent", || {
            LegacyMobility::new("1234567890123456", "2345678901234567", "3456789012345678")
                .client_mutation_id("obo_mobility_intent_mutation_123")
        }),
        legacy("full_obo_intent", || {
            LegacyMobility::new("1234567890123456", "2345678901234567", "3456789012345678")
                .actor_id("4567890123456789")
                .client_mutation_id("obo_mobility_intent_mutation_456")
        }),
        migration("initiate_migration", || {
            SolutionMigration::new("1234567890123456", "INITIATE_MIGRATION")
                .target_solution_id("2345678901234567")
                .migration_reason("Migrating to new solution provider for enhanced features")
        }),
        migration("schedule_migration", || {
            SolutionMigration::new("1234567890123456", "SCHEDULE_MIGRATION")
                .target_solution_id("2345678901234567")
                .scheduled_migration_time("2024-12-01T10:00:00Z")
                .migration_reason("Scheduled migration during maintenance window")
        }),
        migration("cancel_migration", || {
            SolutionMigration::new("1234567890123456", "CANCEL_MIGRATION")
                .migration_reason("Migration cancelled due to business requirements change")
        }),
    ]
}

fn code_case(example: &'static str, method: CodeMethod, language: &'static str) -> Case {
    case("POST {Pre-Verified-Phone-Number-ID}/request_code", example, move |g| {
        let method = method.clone();
        async move { done(g.preverified(&IDS.token, &IDS.preverified).request_code(method, language).await) }
    })
}

fn mobility(example: &'static str, make: fn() -> Mobility) -> Case {
    case("POST {WABA-ID}/obo_mobility_intent", example, move |g| async move {
        told(g.waba_solutions(&IDS.token, &IDS.waba).move_on_behalf(&make()).await)
    })
}

fn legacy(example: &'static str, make: fn() -> LegacyMobility) -> Case {
    case("POST {WABA-ID}/set_obo_mobility_intent", example, move |g| async move {
        told(g.waba_solutions(&IDS.token, &IDS.waba).move_on_behalf_legacy(&make()).await)
    })
}

fn migration(example: &'static str, make: fn() -> SolutionMigration) -> Case {
    case("POST {WABA-ID}/set_solution_migration_intent", example, move |g| async move {
        told(g.waba_solutions(&IDS.token, &IDS.waba).migrate(&make()).await)
    })
}
