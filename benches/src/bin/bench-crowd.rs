//! What it costs a bot that many people know it: fills a store with chats, starts on it as the next process does, and
//! says how long that takes and how much memory each chat has cost; then writes to as many people at once. `cargo xtask crowd` runs it.

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use axum::{
    body::Body,
    http::{Method, Request},
};
use tower::ServiceExt as _;
use wappa::{
    broadcast::{Audience, Mailing, Row as Recipients},
    cloud::{
        AccessToken, AppSecret, BoxFuture, GraphRequest, GraphResponse, Transport, TransportError,
        VerifyToken,
    },
    outbox::Pace,
    prelude::*,
};

const NUMBER: &str = "100000000000001";
const SECRET: &str = "a secret for a benchmark";
/// Messages in one delivery.
const TOGETHER: usize = 250;
/// Messages that wait at most; Meta waits as well.
const AHEAD: usize = 5_000;
const MILLION: usize = 1_000_000;

/// The templates of the account.
const TEMPLATES: &str = r#"{"data":[{"name":"sale","language":"en","status":"APPROVED","category":"MARKETING","components":[{"type":"BODY","text":"Hi {{1}}, a sale"}]}]}"#;

/// Meta, which takes everything.
#[derive(Default)]
struct Meta {
    answers: AtomicUsize,
}

impl Transport for Meta {
    fn call(&self, request: GraphRequest) -> BoxFuture<'_, Result<GraphResponse, TransportError>> {
        let body = if request.method == Method::GET {
            TEMPLATES.into()
        } else {
            let nth = self.answers.fetch_add(1, Ordering::Relaxed);
            format!(r#"{{"messages":[{{"id":"wamid.out{nth}"}}]}}"#).into()
        };
        let answer = GraphResponse { status: 200, retry_after: None, content_type: None, body };
        Box::pin(async { Ok(answer) })
    }
}

#[derive(Default, Serialize, Deserialize)]
struct Said {
    count: u32,
}

struct Counts;

impl EventHandler for Counts {
    async fn on_message(&self, chat: Chat, _: Message) -> Result {
        let mut said = chat.session::<Said>().await?;
        said.count += 1;
        chat.say(format!("{} so far", said.count)).await?;
        Ok(())
    }
}

struct Crowd {
    bot: Bot,
    meta: Arc<Meta>,
    said: usize,
}

impl Crowd {
    async fn gather(store: &Path) -> Result<Self> {
        let meta = Arc::new(Meta::default());
        let number = NumberConfig::new(NUMBER, AccessToken::new("token"))
            .app_secret(AppSecret::new(SECRET))
            .business_account("2");
        let bot = Wappa::new()
            .ignore_environment()
            .number(number)
            .verify_token(VerifyToken::new("verify"))
            .store(StoreChoice::Sqlite(store.to_owned()))
            .custom_transport(Arc::clone(&meta) as Arc<dyn Transport>)
            .pace(Pace::OFF)
            .set_event_handler(Counts)
            .build()
            .await?;
        Ok(Self { bot, meta, said: 0 })
    }

    /// So many messages, each from whom this says, and an answer to each.
    async fn says(&mut self, count: usize, from: impl Fn(usize) -> usize) -> Result {
        let run = std::process::id();
        for first in (0..count).step_by(TOGETHER) {
            let message = |nth: usize| {
                let from = from(nth);
                format!(
                    r#"{{"from":"49{from:010}","from_user_id":"DE.{from}","id":"wamid.{run}.{}","timestamp":"1749416383","type":"text","text":{{"body":"hello"}}}}"#,
                    self.said + nth
                )
            };
            let messages: Vec<String> = (first..count.min(first + TOGETHER)).map(message).collect();
            let body = format!(
                r#"{{"object":"whatsapp_business_account","entry":[{{"id":"1","changes":[{{"field":"messages","value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"1","phone_number_id":"{NUMBER}"}},"messages":[{}]}}}}]}}]}}"#,
                messages.join(",")
            );
            let request = Request::post("/webhook/whatsapp")
                .header("x-hub-signature-256", AppSecret::new(SECRET).sign(body.as_bytes()))
                .body(Body::from(body))?;
            let status = self.bot.routes().oneshot(request).await?.status();
            if !status.is_success() {
                return Err(Error::msg(format!("a delivery was answered {status}")));
            }
            self.answered(self.said + first.saturating_sub(AHEAD)).await;
        }
        self.said += count;
        self.answered(self.said).await;
        Ok(())
    }

    /// Looks up what is remembered of so many chats, every so many, so many at a time.
    async fn remembers(&self, count: usize, every: usize, together: usize) -> Result<Duration> {
        let (began, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
        let ask = || {
            let (bot, next) = (self.bot.handle(), Arc::clone(&next));
            async move {
                loop {
                    let nth = next.fetch_add(1, Ordering::Relaxed);
                    if nth >= count {
                        return Ok(());
                    }
                    let who = WaId::from(format!("49{:010}", nth * every));
                    let said: Said = bot.messenger().session_of(NUMBER, who).await?;
                    if said.count == 0 {
                        return Err(Error::msg("somebody was forgotten"));
                    }
                }
            }
        };
        let asking: Vec<_> = (0..together).map(|_| tokio::spawn(ask())).collect();
        for asked in asking {
            asked.await??;
        }
        Ok(began.elapsed())
    }

    async fn answered(&self, count: usize) {
        while self.meta.answers.load(Ordering::Relaxed) < count {
            #[expect(clippy::disallowed_methods, reason = "a benchmark waits for what it measures")]
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// Resident memory of this process, in KiB.
fn resident() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

async fn fill(store: &Path, chats: usize) -> Result {
    let began = Instant::now();
    let mut crowd = Crowd::gather(store).await?;
    let before = resident();
    crowd.says(chats, |nth| nth).await?;
    println!(
        "filled: {chats} chats in {:.0} s, {} MiB resident before and {} after",
        began.elapsed().as_secs_f64(),
        before / 1024,
        resident() / 1024
    );
    crowd.bot.shutdown().await;
    let size = fs::metadata(store)?.len();
    println!("store: {} MiB, {} bytes a chat", size >> 20, size / u64::try_from(chats.max(1))?);
    Ok(())
}

async fn start(store: &Path, chats: usize) -> Result {
    let before = resident();
    let began = Instant::now();
    let mut crowd = Crowd::gather(store).await?;
    let (took, after) = (began.elapsed(), resident());
    println!("start with {chats} chats: {:.1} ms, {before} KiB resident before and {after} after", ms(took));
    if chats == 0 {
        return Ok(());
    }
    let began = Instant::now();
    crowd.says(1, |_| chats / 2).await?;
    println!("first message of a known chat: answered after {:.1} ms", ms(began.elapsed()));

    // Spread over the whole file.
    let (began, active) = (Instant::now(), chats.min(10_000));
    crowd.says(active, |nth| nth * (chats / active)).await?;
    println!(
        "{active} chats at once: answered after {:.0} ms, {} KiB resident",
        ms(began.elapsed()),
        resident()
    );

    for together in [1, 64] {
        let took = crowd.remembers(active, chats / active, together).await?;
        let each = took / u32::try_from(active)?;
        println!("what is remembered of {active} chats, {together} asked at a time: {each:.1?} for each");
    }

    let (began, long, before) = (Instant::now(), 10_000, resident());
    crowd.says(long, |_| 0).await?;
    println!(
        "{long} messages in one chat: answered after {:.0} ms, {before} KiB resident before and {} after",
        ms(began.elapsed()),
        resident()
    );
    crowd.bot.shutdown().await;
    Ok(())
}

/// Has a broadcast go to so many people, and stops it when some have it.
async fn broadcast(store: &Path, people: usize) -> Result {
    let crowd = Crowd::gather(store).await?;
    let (began, before) = (Instant::now(), resident());
    let audience = (0..people).map(|nth| {
        Recipients::to(UserId::from(format!("DE.{nth:016}"))).with("name", format!("Person {nth}"))
    });
    let sale = Mailing::new("spring", "sale", "en").text("name");
    let broadcast = crowd.bot.handle().broadcast(sale, Audience::of(audience)).await?;
    println!(
        "broadcast: {people} people stored in {:.0} s, {before} KiB resident before and {} after",
        began.elapsed().as_secs_f64(),
        resident()
    );
    let (began, some) = (Instant::now(), people.min(10_000));
    crowd.answered(some).await;
    println!("first {some} sent in {:.1} s, {} KiB resident", began.elapsed().as_secs_f64(), resident());
    let size = fs::metadata(store)?.len();
    println!("store: {} MiB, {} bytes each", size >> 20, size / u64::try_from(people.max(1))?);
    if some < people {
        broadcast.cancel().await?;
    }
    crowd.bot.shutdown().await;
    Ok(())
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The steps, each in a process of its own.
fn all(chats: usize) -> Result {
    let folder = tempfile::tempdir()?;
    let (empty, full) = (folder.path().join("empty.db"), folder.path().join("full.db"));
    let sending = folder.path().join("broadcast.db");
    let steps = [
        ("start", &empty, 0),
        ("fill", &full, chats),
        ("start", &full, chats),
        ("broadcast", &sending, chats),
    ];
    for (step, store, count) in steps {
        let mut program = Command::new(std::env::current_exe()?);
        let status = program.arg(step).arg(store).arg(count.to_string()).status()?;
        if !status.success() {
            return Err(Error::msg(format!("{step} ended with {status}")));
        }
    }
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        [] => all(MILLION),
        ["start", store, chats] => start(Path::new(store), chats.parse().unwrap_or(0)).await,
        ["broadcast", store, people] => broadcast(Path::new(store), people.parse().unwrap_or(0)).await,
        ["fill", store, chats] => fill(Path::new(store), chats.parse().unwrap_or(0)).await,
        [chats] if chats.parse::<usize>().is_ok() => all(chats.parse().unwrap_or(MILLION)),
        _ => Err(Error::msg("bench-crowd [CHATS]")),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}
