//! A phone in the terminal, for any bot that talks to an emulator on this machine:
//!
//! ```text
//! cargo run --example echo
//! cargo run -p wappa-emulator --example phone -- Ana
//! printf 'hello\n' | cargo run -p wappa-emulator --example phone
//! ```
//!
//! A second argument names the emulator's address, if it isn't `http://127.0.0.1:8001`.

use std::io::{IsTerminal as _, stdin, stdout};
use wappa_emulator::{TerminalPhone, Typist};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let name = arguments.next().unwrap_or_else(|| "Ana".to_owned());
    let origin = arguments.next().unwrap_or_else(|| "http://127.0.0.1:8001".to_owned());
    let phone = TerminalPhone::open(&origin, &name).await?;

    let typist = if stdin().is_terminal() { Typist::Person } else { Typist::Script };
    let (lines, typed) = tokio::sync::mpsc::channel(16);
    // Reading a terminal can't be interrupted, so that it has a thread that ends with the program.
    std::thread::spawn(move || {
        for line in stdin().lines().map_while(Result::ok) {
            if lines.blocking_send(line).is_err() {
                break;
            }
        }
    });
    phone.run(typed, typist, &mut stdout()).await?;
    // Somebody at a terminal would have to press return once more for an orderly end.
    std::process::exit(0)
}
