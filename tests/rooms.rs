//! The house rules a compiler doesn't hold: which room and which crate may know which, who knows Meta's JSON, and that
//! nothing is global. Reads the sources; ARCHITECTURE.md states the same rules as invariants.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The rooms of `wappa-core` down the corridor. A room imports those below it, never one above.
const ROOMS: &[(&str, &str)] = &[
    ("flow", "Answers what a form inside WhatsApp asks: encrypted, within ten seconds."),
    ("external", "Takes the webhooks of other services, each into the conversation it is about."),
    ("webhook", "Answers HTTP: the handshake, the signature, what Meta is told."),
    ("inbox", "Takes a delivery apart and stores each event once, before 200 is said."),
    ("dispatch", "Leases conversations and gives each event its turn, in order."),
    ("router", "Sends each message to the handler whose signature it fits."),
    ("dialogue", "What is under way with a person over several turns."),
    ("broadcast", "Says one thing to many, once each, over crashes and pauses."),
    ("schedule", "What a bot does at set times, by the clock of a place."),
    ("handler", "The author's door: one method for each kind of event."),
    ("chat", "One conversation, as the handler sees it."),
    ("messenger", "Any conversation, from inside or outside a turn."),
    ("error", "What handlers return; knows the errors of the rooms below and their mend."),
    ("takeover", "Whether a conversation is with the bot or with people."),
    ("happening", "What a turn is about: Meta's events and the framework's own."),
    ("alarm", "When the next timer is due."),
    ("vault", "Tokens at rest: encrypted, under a key the store never sees."),
    ("outbox", "The only way out: keys, pace, retries and receipts of what is sent."),
    ("feed", "What happens, for those who look on; nothing waits for them."),
    ("meters", "What is counted and measured, through the metrics facade."),
    ("traces", "The door for traces: which event a span belongs to."),
    ("session", "What a turn remembers of a person, written with the turn or not at all."),
    ("shared", "What a bot remembers of nobody in particular, by compare-and-set."),
    ("texts", "What a bot says, by language; not to whom."),
    ("store", "The door to where everything is kept, and its memory implementation."),
    ("numbers", "The door to the business numbers and their credentials."),
    ("shutdown", "How far a graceful stop has come."),
    ("clock", "The door to time: nobody else reads a clock or waits."),
];

/// The crates, and which of ours each may depend on: arrows run one way.
const CRATES: &[(&str, &[&str])] = &[
    ("wappa-cloud", &[]),
    ("wappa-macros", &[]),
    ("wappa-core", &["wappa-cloud"]),
    ("wappa-emulator", &["wappa-cloud"]),
    ("wappa-sqlite", &["wappa-core", "wappa-cloud"]),
    (".", &["wappa-core", "wappa-cloud", "wappa-macros", "wappa-emulator", "wappa-sqlite"]),
];

/// Keys that stand in every payload of one kind or another: who writes them knows Meta's JSON.
const META_KEYS: &[&str] = &[
    "messaging_product",
    "display_phone_number",
    "recipient_type",
    "button_reply",
    "list_reply",
    "preview_url",
];

/// Words with which a file reads time, or waits, by itself.
const CLOCKS: &[&str] = &["Instant::now", "SystemTime", "tokio::time", "thread::sleep"];

#[test]
fn no_room_imports_one_upstream() {
    let rooms: Vec<&str> = ROOMS.iter().map(|(name, _)| *name).collect();
    let mut broken = Vec::new();
    for source in sources("wappa-core/src") {
        let Some(here) = source.room().and_then(|room| rooms.iter().position(|name| *name == room)) else {
            continue;
        };
        for name in source.imports() {
            match rooms.iter().position(|room| *room == name) {
                Some(there) if there < here => {
                    broken.push(format!(
                        "{}: `{}` imports `{name}`, which is upstream",
                        source.path, rooms[here]
                    ));
                }
                Some(_) => {}
                None => broken
                    .push(format!("{}: `crate::{name}` is no room; import from where it lives", source.path)),
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_room_is_in_the_table() {
    let declared: BTreeSet<String> =
        sources("wappa-core/src").iter().filter_map(Source::room).filter(|room| room != "lib").collect();
    let known: BTreeSet<String> = ROOMS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(declared, known);
}

#[test]
fn crates_know_only_those_below() {
    for (name, allowed) in CRATES {
        let manifest = read(&root().join(name).join("Cargo.toml"));
        let dependencies = manifest
            .lines()
            .skip_while(|line| *line != "[dependencies]")
            .skip(1)
            .take_while(|line| !line.starts_with('['))
            .filter_map(|line| line.split(['.', ' ', '=']).next())
            .filter(|dependency| dependency.starts_with("wappa"));
        for dependency in dependencies {
            assert!(allowed.contains(&dependency), "`{name}` depends on `{dependency}`");
        }
    }
}

#[test]
fn only_one_file_assembles_the_corridor() {
    let doors = ["webhook", "inbox", "dispatch", "outbox"].map(|room| format!("wappa_core::{room}"));
    let assembling: Vec<String> = sources("src")
        .into_iter()
        .filter(|source| source.path != "src/lib.rs" && doors.iter().any(|door| source.text.contains(door)))
        .map(|source| source.path)
        .collect();
    assert!(assembling.len() <= 1, "{assembling:?}");
}

#[test]
fn only_the_cloud_crate_and_the_emulator_know_metas_json() {
    let broken = finds(&["src", "wappa-core/src", "wappa-macros/src", "wappa-sqlite/src"], |source| {
        META_KEYS
            .iter()
            .filter(|key| source.production().contains(&format!("\"{key}")))
            .map(|key| (*key).to_owned())
            .collect()
    });
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_environment_is_read_by_the_front_door_alone() {
    let crates = ["wappa-cloud/src", "wappa-core/src", "wappa-emulator/src", "wappa-sqlite/src"];
    let broken = finds(&crates, |source| {
        ["std::env", "env::var"]
            .iter()
            .filter(|word| source.text.contains(**word))
            .map(|word| (*word).to_owned())
            .collect()
    });
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn time_comes_from_the_clock_door() {
    let broken = finds(&["wappa-core/src", "wappa-emulator/src", "wappa-sqlite/src"], |source| {
        if source.path.ends_with("/clock.rs") {
            return Vec::new();
        }
        CLOCKS.iter().filter(|word| source.text.contains(**word)).map(|word| (*word).to_owned()).collect()
    });
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn only_the_http_transport_opens_connections() {
    let crates = ["src", "wappa-cloud/src", "wappa-core/src", "wappa-sqlite/src"];
    let broken = finds(&crates, |source| {
        // Traces go to a collector of one's own, and never with Meta's token.
        if source.path.starts_with("wappa-cloud/src/client/http") || source.path == "src/traces/client.rs" {
            return Vec::new();
        }
        ["reqwest::", "hyper_util::client", "hyper_rustls", "TcpStream"]
            .iter()
            .filter(|word| source.production().contains(**word))
            .map(|word| (*word).to_owned())
            .collect()
    });
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn what_is_tested_is_what_runs() {
    let crates = ["src", "wappa-cloud/src", "wappa-core/src", "wappa-emulator/src", "wappa-sqlite/src"];
    let broken = finds(&crates, |source| {
        let modules = source.text.matches("#[cfg(test)]\nmod tests").count();
        let paths = source.text.matches("cfg(test").count() + source.text.matches("cfg!(test").count();
        (paths > modules).then(|| "a path of its own under test".to_owned()).into_iter().collect()
    });
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn nothing_global_can_change() {
    let crates = ["src", "wappa-cloud/src", "wappa-core/src", "wappa-emulator/src", "wappa-sqlite/src"];
    let broken = finds(&crates, |source| {
        if source.path == "wappa-core/src/clock.rs" {
            // Where monotonic time begins is the one thing that two bots in a process may share.
            return Vec::new();
        }
        source
            .text
            .lines()
            .map(str::trim_start)
            .map(|line| line.trim_start_matches("pub ").trim_start_matches("pub(crate) "))
            .filter(|line| line.starts_with("static ") || line.starts_with("thread_local!"))
            .filter(|line| !line.contains(": &"))
            .map(str::to_owned)
            .collect()
    });
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn every_test_that_threats_names_exists() {
    let crates = ["src", "tests", "wappa-cloud", "wappa-core", "wappa-emulator", "wappa-sqlite"];
    let all: String = crates.iter().flat_map(|path| sources(path)).map(|source| source.text).collect();
    let threats = read(&root().join("THREATS.md"));
    let rows: Vec<&str> = threats.lines().filter(|line| line.starts_with("| ")).collect();
    let tests = rows.iter().filter_map(|row| row.trim_end_matches('|').rsplit('|').next());
    let named: Vec<&str> =
        tests.flat_map(|cell| cell.split('`').skip(1).step_by(2)).filter(|name| name.contains('_')).collect();
    assert!(named.len() > 30, "the table's form has changed: {named:?}");
    let missing: Vec<&&str> = named.iter().filter(|name| !all.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// A source file without its comments.
struct Source {
    /// From the root of the checkout, with `/`.
    path: String,
    text: String,
}

impl Source {
    /// The top-level module this file belongs to.
    fn room(&self) -> Option<String> {
        let inside = self.path.split_once("/src/")?.1;
        let first = inside.split('/').next()?;
        Some(first.strip_suffix(".rs").unwrap_or(first).to_owned())
    }

    /// The first names of all paths from the crate's root, in `use` trees and elsewhere.
    fn imports(&self) -> BTreeSet<String> {
        let folders = self.path.split_once("/src/").map_or(0, |(_, inside)| inside.matches('/').count());
        let steps = if self.path.ends_with("/mod.rs") { folders } else { folders + 1 };
        let from_root = self.text.split("crate::").skip(1).flat_map(heads);
        // `super` means the enclosing module inside `mod tests`, so that of these only names of rooms count.
        let prefix = "super::".repeat(steps);
        let upwards = self.text.split(&prefix).skip(1).flat_map(heads);
        from_root.chain(upwards.filter(|name| ROOMS.iter().any(|(room, _)| room == name))).collect()
    }

    /// The file without its unit tests, which stand at its end.
    fn production(&self) -> &str {
        self.text.split_once("#[cfg(test)]").map_or(&self.text, |(production, _)| production)
    }
}

/// `store::Claim` → `store`; `{chat::Chat, store::{Claim, Next}}` → `chat`, `store`.
fn heads(path: &str) -> Vec<String> {
    let Some(tree) = path.strip_prefix('{') else {
        return vec![identifier(path)];
    };
    let mut depth = 0_u32;
    let mut names = Vec::new();
    let mut at_head = true;
    for (at, letter) in tree.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => at_head = true,
            _ if at_head && !letter.is_whitespace() => {
                names.push(identifier(&tree[at..]));
                at_head = false;
            }
            _ => {}
        }
    }
    names
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
}

#[test]
fn heads_of_use_trees() {
    assert_eq!(heads("store::{Claim, Next};"), ["store"]);
    assert_eq!(
        heads("{\n    chat::Chat,\n    store::{Claim, a::{b, c}},\n    clock,\n}; other::Thing"),
        ["chat", "store", "clock"]
    );
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// `path: what was found` for each find in each source file below `directories`.
fn finds(directories: &[&str], look: impl Fn(&Source) -> Vec<String>) -> Vec<String> {
    directories
        .iter()
        .flat_map(|directory| sources(directory))
        .flat_map(|source| look(&source).into_iter().map(move |found| format!("{}: {found}", source.path)))
        .collect()
}

/// Every Rust file below a directory of the checkout.
fn sources(directory: &str) -> Vec<Source> {
    let mut found = Vec::new();
    let mut waiting: Vec<PathBuf> = vec![root().join(directory)];
    while let Some(current) = waiting.pop() {
        let entries = fs::read_dir(&current).unwrap_or_else(|error| panic!("{}: {error}", current.display()));
        for entry in entries {
            let path = entry.expect("a directory entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let inside = path.strip_prefix(root()).expect("inside the checkout");
                let shown = inside
                    .components()
                    .map(|part| part.as_os_str().to_string_lossy())
                    .collect::<Vec<_>>()
                    .join("/");
                found.push(Source { path: shown, text: code(&read(&path)) });
            }
        }
    }
    assert!(!found.is_empty(), "no sources in {directory}: has it moved?");
    found
}

/// Drops comments; an address in a string (`https://…`) keeps the line it stands on.
fn code(text: &str) -> String {
    text.lines()
        .map(|line| match line.find("//") {
            Some(at) if !line[..at].ends_with(':') => &line[..at],
            _ => line,
        })
        .fold(String::with_capacity(text.len()), |mut kept, line| {
            kept.push_str(line);
            kept.push('\n');
            kept
        })
}
