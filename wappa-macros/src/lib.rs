//! Proc-macros of wappa. Commands, payloads and conversations arrive with the router.
