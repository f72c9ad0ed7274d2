//! The webhooks that are measured.

/// By name: one text, four of them, and one of 1.4 KB that answers a message and came from an advertisement.
pub(crate) fn all() -> [(&'static str, Vec<u8>); 3] {
    [("1 message", texts(1)), ("4 messages", texts(4)), ("1.4 KB from an ad", from_an_ad())]
}

/// Text messages, as Meta sends them.
fn texts(count: usize) -> Vec<u8> {
    let message = |n: usize| {
        format!(
            r#"{{"from":"16505551234","from_user_id":"US.13491208655302741918","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdC{n:08}","timestamp":"1749416383","type":"text","text":{{"body":"hello there, this is a message of a usual length"}}}}"#
        )
    };
    delivery(&(0..count).map(message).collect::<Vec<_>>().join(","))
}

fn from_an_ad() -> Vec<u8> {
    let (picture, click) = ("p".repeat(180), "c".repeat(136));
    delivery(&format!(
        r#"{{"context":{{"from":"15550783881","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA"}},"from":"16505551234","from_user_id":"US.13491208655302741918","id":"wamid.HBgLMTY1MDU1NTEyMzQVAgASGBQzQTdCNTg5RjY1MEMyRjlGMjRGNgA=","timestamp":"1749416383","type":"text","text":{{"body":"I saw your advertisement and would like to know whether the blue one is still to be had in my size, and what it costs to have it sent to Lisbon by next Friday. Thank you!"}},"referral":{{"source_url":"https:\/\/fb.me\/3cr4Wqqkv","source_id":"120226305854810726","source_type":"ad","body":"Summer succulents are here!","headline":"Chat with us","media_type":"image","image_url":"https:\/\/scontent.xx.fbcdn.net\/v\/t45.1600-4\/{picture}","ctwa_clid":"{click}"}}}}"#
    ))
}

fn delivery(messages: &str) -> Vec<u8> {
    format!(
        r#"{{"object":"whatsapp_business_account","entry":[{{"id":"102290129340398","changes":[{{"value":{{"messaging_product":"whatsapp","metadata":{{"display_phone_number":"15550783881","phone_number_id":"106540352242922"}},"contacts":[{{"profile":{{"name":"Sheena Nelson"}},"wa_id":"16505551234","user_id":"US.13491208655302741918"}}],"messages":[{messages}]}},"field":"messages"}}]}}]}}"#
    )
    .into_bytes()
}
