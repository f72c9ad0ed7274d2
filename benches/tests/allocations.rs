//! How often memory is asked for, which says more of a change than a clock does, and the same everywhere.

mod bodies;

use allocation_counter::measure;
use wappa_cloud::{AppSecret, webhook};

#[test]
fn a_webhook_takes_as_few_allocations_as_are_told() {
    let secret = AppSecret::new("app-secret");
    // Of `parse` and of `split`. They stand in the documentation of `wappa_cloud::webhook`, too.
    let told = [("1 message", 11, 3), ("4 messages", 34, 7), ("1.4 KB from an ad", 30, 12)];
    for ((name, body), expected) in bodies::all().into_iter().zip(told) {
        let header = secret.sign(&body);
        let verify = measure(|| secret.verify(&body, Some(header.as_bytes())).unwrap());
        assert_eq!(verify.count_total, 0, "{name}: verify");
        let parse = measure(|| drop(webhook::parse(&body).unwrap()));
        let split = measure(|| drop(webhook::split(&body).unwrap()));
        assert_eq!((name, parse.count_total, split.count_total), expected, "{} bytes", body.len());
    }
}
