//! `#[derive(Argument)]` where nothing reads the type from a word.

use wappa::prelude::*;

#[derive(Argument)]
struct WithoutFromStr(String);

#[derive(Argument)]
#[argument(wants = "an e-mail address")]
struct Email(String);

#[derive(Argument)]
#[argument(wanted = 7)]
struct Number(u8);

fn main() {}
