//! All 113 operations of Meta's OpenAPI description (v23.0, facebook/openapi, MIT) and the calls that cover them.
//! `fixtures/operations/` holds Meta's examples as Meta wrote them: each request example is made by a call and compared,
//! each response example is read by the call's type without leaving a key behind, and each error example is understood.
//!
//! Before they are compared both sides are brought to one form; `normal.rs` says what that evens out.

mod business;
mod marketing;
mod normal;
mod numbers;
mod others;
mod waba;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    pin::Pin,
    sync::{Arc, LazyLock, Mutex},
};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use wappa_cloud::{
    AccessToken, AppId, BoxFuture, BusinessId, ErrorKind, FlowId, Graph, GraphError, GraphRequest,
    GraphResponse, GroupId, ObjectId, PhoneNumberId, RequestBody, SolutionId, Target, TemplateId, Transport,
    TransportError, WabaId, client::Page, code,
};

use self::normal::{normal, same};

/// Meta's examples of one operation.
#[derive(Deserialize)]
struct Operation {
    operation: String,
    requests: BTreeMap<String, Value>,
    responses: BTreeMap<String, Value>,
    errors: BTreeMap<String, Value>,
}

/// A call that covers an operation, and the request example it makes.
struct Case {
    operation: &'static str,
    example: &'static str,
    call: Call,
}

type Answer = Pin<Box<dyn Future<Output = Result<Value, GraphError>>>>;
type Call = Box<dyn Fn(&'static Graph) -> Answer>;

/// What an operation is covered by outside of this table.
const ELSEWHERE: &[(&str, &str)] = &[
    ("POST {Phone-Number-ID}/messages", "request examples: `messages.rs`, by the drafts; responses: here"),
    (
        "POST {Phone-Number-ID}/marketing_messages",
        "request examples: `marketing.rs` beside this, by the drafts",
    ),
    ("GET {Media-URL}", "answers bytes, not JSON: the tests of `client::media`"),
];

/// The one operation that is Meta's to call: webhooks, which `webhook` reads.
const OPERATIONS: usize = 112;

struct Ids {
    token: AccessToken,
    number: PhoneNumberId,
    waba: WabaId,
    waba_in_full: WabaId,
    app: AppId,
    business: BusinessId,
    user: ObjectId,
    solution: SolutionId,
    preverified: ObjectId,
    group: GroupId,
    flow: FlowId,
    template: TemplateId,
}

/// Ids that are the placeholders of Meta's paths.
static IDS: LazyLock<Ids> = LazyLock::new(|| Ids {
    token: AccessToken::new("EAAB"),
    number: PhoneNumberId::from("{Phone-Number-ID}"),
    waba: WabaId::from("{WABA-ID}"),
    waba_in_full: WabaId::from("{WhatsApp-Business-Account-ID}"),
    app: AppId::from("{Application-ID}"),
    business: BusinessId::from("{Business-ID}"),
    user: ObjectId::from("{User-ID}"),
    solution: SolutionId::from("{Solution-ID}"),
    preverified: ObjectId::from("{Pre-Verified-Phone-Number-ID}"),
    group: GroupId::from("{group_id}"),
    flow: FlowId::from("{Flow-ID}"),
    template: TemplateId::from("{TEMPLATE_ID}"),
});

/// Answers every call alike, and remembers what was asked last.
struct Scripted {
    status: u16,
    body: Value,
    asked: Mutex<Option<GraphRequest>>,
}

impl Transport for Scripted {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        *self.asked.lock().unwrap() = Some(request);
        let body = Bytes::from(self.body.to_string());
        let response = GraphResponse { status: self.status, retry_after: None, content_type: None, body };
        Box::pin(async move { Ok(response) })
    }
}

/// Makes a call to which Meta answers this, and tells what it was asked.
async fn make(call: &Call, status: u16, body: Value) -> (Result<Value, GraphError>, GraphRequest) {
    let scripted = Arc::new(Scripted { status, body, asked: Mutex::default() });
    let graph = Box::leak(Box::new(Graph::new(Arc::clone(&scripted) as Arc<dyn Transport>)));
    let answer = call(graph).await;
    let asked = scripted.asked.lock().unwrap().take();
    match asked {
        Some(asked) => (answer, asked),
        None => panic!("nothing was sent: {}", answer.unwrap_err()),
    }
}

/// A call of an operation that makes this request example; `""` if the operation has none.
fn case<F, A>(operation: &'static str, example: &'static str, call: F) -> Case
where
    F: Fn(&'static Graph) -> A + 'static,
    A: Future<Output = Result<Value, GraphError>> + 'static,
{
    Case { operation, example, call: Box::new(move |graph| Box::pin(call(graph))) }
}

/// What was read, written again. Nothing may be left that has no field.
fn told<T: Serialize + Debug>(answer: Result<T, GraphError>) -> Result<Value, GraphError> {
    answer.map(|answer| {
        let shown = format!("{answer:?}");
        assert!(!shown.contains("rest: {\""), "a key has no field: {shown}");
        serde_json::to_value(answer).unwrap()
    })
}

fn done(answer: Result<(), GraphError>) -> Result<Value, GraphError> {
    answer.map(|()| Value::Null)
}

fn page<T: Serialize + Debug>(answer: Result<Page<T>, GraphError>) -> Result<Value, GraphError> {
    answer.and_then(|page| {
        assert!(page.unread.is_empty(), "not read: {:?}", page.unread);
        told(Ok(page.items)).map(|items| json!({ "data": items }))
    })
}

/// What a call sends: the body's fields, or those of the query where there is no body.
fn sent(request: &GraphRequest) -> Value {
    let object = |pairs: &[(String, String)]| {
        pairs
            .iter()
            .map(|(key, value)| (key.clone(), Value::from(value.as_str())))
            .collect::<Map<_, _>>()
            .into()
    };
    match &request.body {
        RequestBody::Empty => object(&request.query),
        RequestBody::Json(body) => serde_json::from_slice(body).unwrap(),
        RequestBody::Form(fields) => object(fields),
        RequestBody::Multipart { fields, file } => {
            let file = [("file".to_owned(), format!("@/local/path/file;type={}", file.mime))];
            object(&[fields.as_slice(), &file].concat())
        }
        RequestBody::Chunk { .. } => panic!("no operation uploads in pieces"),
    }
}

fn operations() -> Vec<Operation> {
    macro_rules! read {
        ($($group:literal)*) => {[$(include_str!(concat!("../fixtures/operations/", $group, ".json"))),*]};
    }
    read!(
        "application" "business" "flow" "group" "media" "media-url" "message-history" "migration-intent"
        "obo-mobility-intent" "phone-number" "pre-verified-phone-number" "solution" "template" "user" "waba"
        "waba-bot" "whatsapp-account-number" "whatsapp-business-profile"
    )
    .iter()
    .flat_map(|group| serde_json::from_str::<Vec<Operation>>(group).unwrap())
    .collect()
}

fn cases() -> Vec<Case> {
    [business::cases(), marketing::cases(), numbers::cases(), others::cases(), waba::cases()]
        .into_iter()
        .flatten()
        .collect()
}

#[tokio::test]
async fn every_request_example_is_made_by_a_call() {
    let (operations, cases) = (operations(), cases());
    assert_eq!(operations.len(), OPERATIONS);
    let mut made = 0;
    for operation in &operations {
        let name = operation.operation.as_str();
        let covering: Vec<&Case> = cases.iter().filter(|case| case.operation == name).collect();
        let is_elsewhere = ELSEWHERE.iter().any(|(elsewhere, _)| *elsewhere == name);
        assert!(!covering.is_empty() || is_elsewhere, "nothing covers {name}");
        for case in &covering {
            let answer =
                operation.responses.values().next().cloned().unwrap_or_else(|| json!({"success": true}));
            let (_, asked) = make(&case.call, 200, answer).await;
            let (Target::Node(path) | Target::Api(path) | Target::Url(path) | Target::Public(path)) =
                &asked.target;
            assert_eq!(format!("{} {path}", asked.method), name);
            assert!(asked.token.is_some(), "{name}");
            let Some(example) = operation.requests.get(case.example) else {
                assert!(case.example.is_empty(), "{name} has no example {}", case.example);
                continue;
            };
            made += 1;
            assert_eq!(normal(sent(&asked)), same(name, case.example, example), "{name}: {}", case.example);
        }
        let examples: BTreeSet<&str> = operation.requests.keys().map(String::as_str).collect();
        let covered: BTreeSet<&str> =
            covering.iter().map(|case| case.example).filter(|name| !name.is_empty()).collect();
        assert!(is_elsewhere || covered == examples, "{name}: {covered:?} of {examples:?}");
    }
    let known: BTreeSet<&str> = operations.iter().map(|operation| operation.operation.as_str()).collect();
    for case in &cases {
        assert!(known.contains(case.operation), "Meta has no {}", case.operation);
    }
    assert_eq!(made, 101);
}

#[tokio::test]
async fn every_response_example_is_read_by_its_type() {
    let cases = cases();
    let mut read = 0;
    for operation in operations() {
        let name = operation.operation.as_str();
        let covering: Vec<&Case> = cases.iter().filter(|case| case.operation == name).collect();
        for (example, response) in operation.responses {
            if covering.is_empty() || normal::is_no_answer(name, &example) {
                continue;
            }
            // Some operations do several things; each example answers one of them.
            let mut failures = Vec::new();
            for case in &covering {
                match make(&case.call, 200, response.clone()).await.0 {
                    Ok(told) if told.is_null() || normal(told.clone()) == normal(response.clone()) => break,
                    Ok(told) => failures.push(format!("{told}")),
                    Err(error) => failures.push(format!("{error}: {:?}", std::error::Error::source(&error))),
                }
            }
            read += 1;
            assert!(failures.len() < covering.len(), "{name}: {example}: {failures:#?}\n{response}");
        }
    }
    assert!(read > 200, "{read}");
}

#[tokio::test]
async fn every_error_example_is_understood() {
    let cases = cases();
    for operation in operations() {
        let name = operation.operation.as_str();
        let Some(case) = cases.iter().find(|case| case.operation == name) else { continue };
        for (example, response) in operation.errors {
            let status: u16 = example.split(' ').next().unwrap().parse().unwrap();
            let (answer, _) = make(&case.call, status, response.clone()).await;
            let error = answer.expect_err(&example);
            let meta = &response["error"];
            assert_eq!(error.code.map(u64::from), meta["code"].as_u64(), "{name}: {example}");
            assert_eq!(error.message.as_deref(), meta["message"].as_str(), "{name}: {example}");
            let row = error.code.and_then(code::lookup);
            assert!(row.is_none_or(|row| row.kind == error.kind()), "{name}: {example}");
            assert!(error.kind() != ErrorKind::Unknown || row.is_none(), "{name}: {example}: {error}");
        }
    }
}
