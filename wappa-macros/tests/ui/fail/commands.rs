//! `commands!(…)` with what is no command, and `.commands(…)` with what has none.

use wappa::prelude::*;

struct Shop;

async fn plain() -> Result {
    Ok(())
}

fn main() {
    drop(Router::new().commands(commands!("menu")));
    drop(Router::new().commands(commands!(plain)));
    drop(Router::new().commands(Shop));
    drop(Router::new().command(plain));
}
