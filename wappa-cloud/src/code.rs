//! Meta's error codes, as one table: what each means, what to do about it, and whether trying again helps. Sources:
//! Meta's *Error codes* pages for the Cloud API, calling, groups, Flows and the Marketing Messages API.

/// What kind of trouble a code stands for; coarse enough to decide by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The access token is missing, expired or revoked.
    Credentials,
    /// The token is good but may not do this.
    Permission,
    /// The request is wrong; the same bytes will be refused again.
    InvalidRequest,
    /// This person can't be reached so.
    Recipient,
    /// The 24-hour customer service window is closed; a template may open it.
    WindowClosed,
    /// Too fast for the number, the account or the app.
    Pace,
    /// Too fast for one person.
    PairPace,
    /// Held back because earlier messages were blocked or reported.
    Spam,
    /// Held back because the person gets enough marketing.
    MarketingCap,
    /// The person does not want these messages, or blocked the number.
    OptedOut,
    /// The template is wrong, paused or gone.
    Template,
    /// A file is wrong or could not be moved.
    Media,
    /// Groups.
    Group,
    /// Calls.
    Call,
    /// Flows.
    Flow,
    /// The business account, its number, registration or payment.
    Account,
    /// Meta is busy or broken for the moment.
    Unavailable,
    /// The thing does not exist (any more).
    NotFound,
    /// Not in our table.
    Unknown,
}

/// Whether trying again helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Retry {
    /// It doesn't.
    Never,
    /// Soon, with growing pauses.
    Backoff,
    /// After a time that the cause tells; minutes to days.
    Wait,
    /// After something has been set right.
    FixFirst,
    /// With a new access token.
    RefreshToken,
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Meta's number.
    pub code: u32,
    /// The HTTP status it comes with, where known. Decide by the code, never by this.
    pub http: Option<u16>,
    /// What kind of trouble it is.
    pub kind: ErrorKind,
    /// Whether trying again helps.
    pub retry: Retry,
    /// What happened.
    pub cause: &'static str,
    /// What to do.
    pub mend: &'static str,
}

/// The row of a code. The many codes from 200 to 299 share a meaning and, but for 200, have no row of their own.
pub fn lookup(code: u32) -> Option<&'static Code> {
    ALL.binary_search_by_key(&code, |row| row.code).ok().and_then(|at| ALL.get(at))
}

/// What kind of trouble a code is, with or without a row.
pub(crate) fn classify(code: u32) -> Option<(ErrorKind, Retry)> {
    match lookup(code) {
        Some(row) => Some((row.kind, row.retry)),
        None if (200..300).contains(&code) => Some((ErrorKind::Permission, Retry::FixFirst)),
        None => None,
    }
}

macro_rules! codes {
    ($($code:literal $http:tt $kind:ident $retry:ident $cause:literal $mend:literal;)*) => {
        /// The table, in order of code.
        pub const ALL: &[Code] = &[$(Code {
            code: $code,
            http: codes!(@http $http),
            kind: ErrorKind::$kind,
            retry: Retry::$retry,
            cause: $cause,
            mend: $mend,
        }),*];
    };
    (@http _) => { None };
    (@http $http:literal) => { Some($http) };
}

codes! {
    0 401 Credentials RefreshToken "the access token could not be authenticated" "make a new token; a system user's token does not expire";
    1 400 Unavailable Backoff "Meta names no reason: a malformed request or a fault on its side" "try a few times, then check the request and Meta's status page";
    2 503 Unavailable Backoff "the service is down or overloaded" "try again with growing pauses";
    3 500 Permission FixFirst "the app lacks the capability for this call" "grant the app whatsapp_business_messaging and whatsapp_business_management";
    4 400 Pace Backoff "the app has made too many calls in an hour" "call management endpoints less often";
    10 403 Permission FixFirst "permission is missing, or this number may not do it" "check the app's permissions and the system user's assets";
    17 400 Pace Backoff "this user's token has made too many calls" "call management endpoints less often";
    33 400 NotFound FixFirst "the phone number id is wrong or the number was deleted" "check the phone number id in WhatsApp Manager";
    100 400 InvalidRequest FixFirst "a parameter is wrong or not supported" "compare the request with the details Meta gives";
    104 _ Credentials RefreshToken "the call needs a token, or a proof of it, that it did not carry" "check the token and the app's appsecret_proof setting";
    190 401 Credentials RefreshToken "the access token has expired or was revoked" "make a new token; a system user's token does not expire";
    200 403 Permission FixFirst "no token was sent, or the system user has no access to this account" "send a token and give its system user the WhatsApp account as an asset";
    368 403 Account Never "the business account is restricted or disabled for a policy violation" "read the violation in Business Support Home and appeal there";
    613 429 Call Backoff "call permissions were asked for too often" "ask less often";
    803 404 NotFound FixFirst "an id in the request names nothing this token can see" "check the id and the token's assets";
    1026 _ Recipient Never "the person's app can't show this kind of message" "send them a simpler kind";
    2046 _ InvalidRequest FixFirst "an order can't go from its status to this one" "send a status that may follow the present one";
    2047 _ InvalidRequest FixFirst "a paid order can't be cancelled" "refund the payment instead";
    80007 400 Pace Backoff "the business account has made too many calls in an hour" "call management endpoints less often";
    80008 _ Pace Backoff "the business account has made too many management calls" "call management endpoints less often";
    130_403 _ OptedOut Never "this person has blocked the number" "send them nothing until they write again";
    130_429 400 Pace Backoff "the number sends faster than its throughput" "slow down; the number's throughput is 80 messages a second unless Meta raised it";
    130_472 400 MarketingCap Never "the person is in a Meta experiment on marketing messages" "don't send it again; they can still write first";
    130_497 403 Account Never "the business may not message people in this country" "leave people of this country out";
    130_501 _ Group Never "this kind of message is not delivered to businesses in groups" "nothing: its content is not available";
    131_000 500 Unavailable Backoff "something went wrong at Meta" "try again with growing pauses; if it stays, report the fbtrace_id";
    131_005 403 Permission FixFirst "access was denied" "grant the permission to the token's system user";
    131_008 400 InvalidRequest FixFirst "a required parameter is missing" "add the parameter named in the details";
    131_009 400 InvalidRequest FixFirst "a parameter's value is not valid" "correct the parameter named in the details";
    131_016 500 Unavailable Backoff "a service at Meta is down for the moment" "try again with growing pauses";
    131_020 400 Group FixFirst "the group has nobody else in it" "invite someone first";
    131_021 400 Recipient Never "a number can't message itself" "check the recipient";
    131_026 400 Recipient Never "the message can't be delivered: not on WhatsApp, terms not accepted, or an old app" "ask the person to write to you from an up-to-date app";
    131_030 400 Recipient FixFirst "a test number may only message the people on its list" "add the person under API Setup in the app dashboard, or use your own number";
    131_031 403 Account FixFirst "the account is locked, or the PIN does not fit" "check the account in WhatsApp Manager and its two-step PIN";
    131_037 400 Account FixFirst "the number's display name is not approved" "have the display name approved in WhatsApp Manager";
    131_041 400 Group FixFirst "there is no such group" "check the group id";
    131_042 400 Account FixFirst "payment is not set up or not eligible" "set up payment for the business account";
    131_044 _ Account FixFirst "calls need a payment method" "add a payment method to the business account";
    131_045 500 Account FixFirst "the number's registration has a wrong certificate" "register the number again";
    131_047 400 WindowClosed FixFirst "24 hours have passed since this person last wrote" "send a template; when they answer, the window is open again";
    131_048 400 Spam Wait "too many of this number's messages were blocked or reported" "pause, and look at the number's quality in WhatsApp Manager";
    131_049 400 MarketingCap Wait "the person has had enough marketing for now" "wait a day or more, longer each time";
    131_050 400 OptedOut Never "the person has stopped marketing messages from this business" "send them no marketing until they resume it";
    131_051 400 InvalidRequest FixFirst "this kind of message is not supported" "send another kind";
    131_052 400 Media Never "the person's file could not be fetched by Meta" "ask them to send it again, or smaller";
    131_053 400 Media FixFirst "the file could not be uploaded: its type or size" "check type and size against Meta's list of media types";
    131_055 400 InvalidRequest FixFirst "this method is not allowed for this number or message" "use the endpoint that belongs to this kind of message";
    131_056 400 PairPace Backoff "too many messages to this one person" "wait 1, 4, 16… seconds, or put texts together";
    131_057 500 Account Wait "the account is in maintenance, as during a throughput upgrade" "wait some minutes";
    131_059 400 InvalidRequest FixFirst "the paging cursor is no longer valid" "start again at the first page";
    131_060 _ NotFound Never "the message is not available" "nothing: its content is gone";
    131_062 _ Recipient FixFirst "this kind of message can't go to a business-scoped user id" "address the person by phone number";
    131_063 _ Permission FixFirst "marketing templates are switched off for the Cloud API" "send them by the Marketing Messages API, or switch them on";
    131_064 400 Template Wait "sending is limited because templates were put in a wrong category" "correct the templates' categories and wait";
    131_201 206 Group FixFirst "the group call succeeded for some participants only" "read the answer and repeat for those that failed";
    131_202 400 Group FixFirst "a participant is named twice" "name each participant once";
    131_203 _ Group Never "the person has not accepted the terms" "they have to accept them first";
    131_204 400 Group FixFirst "a group takes no more participants" "remove someone first; a group has 8 at most";
    131_207 403 Group Never "the group is suspended" "make another group";
    131_208 429 Group Backoff "too many group operations" "slow down";
    131_209 400 Group FixFirst "the group picture is not square" "send a square picture";
    131_210 400 Group FixFirst "the group picture is smaller than 192 pixels" "send a larger picture";
    131_211 400 Group Never "the number has as many groups as it may" "delete groups that are not needed";
    131_212 400 Group FixFirst "the person is not in the group" "check the participant";
    131_213 400 Group FixFirst "there is no such request to join" "list the join requests again";
    131_214 400 Group Wait "the number may make no groups for some days" "wait; this can last 7 days";
    131_215 400 Group Never "the number may not use groups" "groups need an official business account and a high messaging limit";
    132_000 400 Template FixFirst "the number of parameters is not the template's" "give as many parameters as the template has variables";
    132_001 404 Template FixFirst "there is no approved template of this name in this language" "check name, language code and approval in WhatsApp Manager";
    132_005 400 Template FixFirst "with its parameters put in, the text is too long" "shorten the parameters";
    132_007 400 Template FixFirst "the content violates a policy" "change the content";
    132_008 _ Template FixFirst "a template parameter has a value that is not valid" "correct the parameter named in the details";
    132_012 400 Template FixFirst "a parameter is formatted otherwise than the template wants" "compare the parameters' types with the template";
    132_015 400 Template Wait "the template is paused for low quality, or was held back while being paced" "improve the template, or wait until the pause ends";
    132_016 400 Template Never "the template was paused too often and is disabled" "make a new template with other content";
    132_018 400 Template FixFirst "the template's parameters did not pass validation" "correct what the details name";
    132_068 400 Flow FixFirst "the Flow is blocked" "correct the Flow and publish it again";
    132_069 400 Flow Wait "the Flow is throttled to 10 messages an hour" "correct the Flow's endpoint and wait";
    133_000 500 Account Backoff "an earlier deregistration did not finish" "deregister the number again, then register it";
    133_004 503 Unavailable Backoff "the server is unavailable for the moment" "try again with growing pauses";
    133_005 400 Account FixFirst "the two-step PIN is wrong" "enter the right PIN, or reset it in WhatsApp Manager";
    133_006 400 Account FixFirst "the number must be verified first" "ask for a verification code and enter it";
    133_008 400 Account Wait "the PIN was guessed too often" "wait as long as the details say";
    133_009 400 Account Wait "the PIN was guessed too fast" "wait as long as the details say";
    133_010 400 Account FixFirst "the number is not registered with the Cloud API" "register it";
    133_015 400 Account Wait "the number was deleted a moment ago" "wait five minutes and register it then";
    133_016 400 Account Wait "the number was registered and deregistered too often" "wait; 10 times in 72 hours are allowed";
    134_011 400 Account FixFirst "the terms of payments are not accepted" "accept them in WhatsApp Manager";
    134_100 400 Template FixFirst "this endpoint sends marketing templates only" "send it by the Cloud API's messages endpoint";
    134_101 400 Template Wait "the template is still being copied" "wait ten minutes";
    134_102 500 Template FixFirst "the template can't be sent by the Marketing Messages API" "send it by the Cloud API, or correct the template";
    135_000 400 InvalidRequest FixFirst "the parameters are wrong in a way Meta does not name" "compare the request with the documentation";
    136_024 _ Account Never "the number is verified already" "register it, no code is needed";
    137_000 _ Recipient FixFirst "the person's identity has changed since the hash was taken" "check who they are, then take the new hash";
    138_000 401 Call FixFirst "calling is not switched on for this number" "switch calling on";
    138_001 400 Call Never "this person can't be called" "send a message instead";
    138_002 429 Call Backoff "1,000 calls are under way" "wait until some have ended";
    138_003 400 Call Never "a call with this person is under way" "use that call";
    138_004 500 Call Backoff "the call could not be connected" "try again";
    138_005 429 Call Backoff "calls are placed too fast" "slow down";
    138_006 401 Call FixFirst "the person has not permitted calls" "ask for permission to call";
    138_007 500 Call Backoff "the call was not connected in time" "try again";
    138_009 400 Call Wait "permission was asked for too often" "wait; once a day and twice a week are allowed";
    138_012 400 Call Wait "the person was called too often in 24 hours" "wait a day";
    138_013 400 Call Never "this number may not call people" "let people call you";
    138_014 400 Call Wait "calling is switched off for low quality" "wait until it is allowed again";
    138_015 400 Call FixFirst "calling can't be switched on: the messaging limit is too low" "raise the number's messaging limit";
    138_017 400 Call Never "the person has permitted calls for good" "call without asking";
    138_018 400 Call FixFirst "calling can't be switched on: something is missing" "see to what the details name";
    138_019 400 Call Never "the call ended because it could not be set up" "check the session description";
    138_020 400 Call Never "the call ended because the relay failed" "check the network path to Meta's relays";
    138_021 400 Call Never "the call ended because Meta got no media" "check that media is sent to Meta's address";
    138_022 400 Call Never "the call ended because no media could be sent to you" "check that your address can be reached";
    138_023 400 Call Never "the call ended because it was accepted and no media came" "send media as soon as a call is accepted";
    139_000 _ Flow Never "the Flow was blocked by an integrity check" "see what Business Support Home says";
    139_001 _ Flow FixFirst "the Flow can't be changed in its present state" "change a draft; if Meta is still processing it, try again";
    139_002 _ Flow FixFirst "the Flow can't be published in its present state" "correct its validation errors first";
    139_003 _ Flow FixFirst "the Flow can't be deprecated in its present state" "only published Flows can be deprecated";
    139_004 _ Flow FixFirst "the Flow can't be deleted in its present state" "only drafts can be deleted";
    139_006 _ Flow Wait "there is too little data for this metric" "ask again when the Flow has been used more";
    139_100 _ InvalidRequest FixFirst "some people could not be blocked or unblocked" "read the answer and repeat for those that failed";
    139_101 _ InvalidRequest Never "the block list is full" "unblock someone first; it holds 64,000";
    139_102 _ Unavailable Backoff "the block list was changed by another call" "read it again from its first page";
    139_103 _ Unavailable Backoff "the block list could not be changed for a fault at Meta" "try again with growing pauses";
    141_002 _ Template FixFirst "the template is not approved" "wait for its approval, or correct it";
    147_001 _ Account FixFirst "the username is not available" "choose another";
    147_002 _ Account FixFirst "the number may not have a username" "see what makes a number eligible";
    147_003 _ Account FixFirst "the username belongs to a Facebook page that is not linked" "link the page";
    147_004 _ Account FixFirst "the username belongs to an Instagram account that is not linked" "link the account";
    147_005 _ Account FixFirst "the username is in use on another of your numbers" "ask for it with force_transfer";
    200_005 _ Template FixFirst "template insights are not available" "see whether the account may use them";
    200_006 _ Template FixFirst "template insights can't be switched off" "nothing: they stay on";
    200_007 _ Template FixFirst "template insights are not switched on" "switch them on for the account";
    1_752_041 400 Account Never "this account was onboarded already" "nothing: the first request holds";
    2_388_001 _ Account FixFirst "the number can't be moved: a step is missing" "see to what the details name";
    2_388_012 _ Account FixFirst "the number can't be moved in its present state" "see to what the details name";
    2_388_019 _ Template FixFirst "the account has as many templates as it may" "delete some, or verify the business";
    2_388_039 _ Template FixFirst "the template's status can't be changed" "wait until its review is over";
    2_388_040 _ Template FixFirst "a field of the template is too long" "shorten the field named in the details";
    2_388_047 _ Template FixFirst "the template's header is formatted wrongly" "correct the header";
    2_388_072 _ Template FixFirst "the template's body is formatted wrongly" "correct the body";
    2_388_073 _ Template FixFirst "the template's footer is formatted wrongly" "correct the footer";
    2_388_091 _ Account FixFirst "the number can't be moved to this account" "see to what the details name";
    2_388_093 _ Account FixFirst "the number can't be moved: its PIN or verification" "switch two-step verification off and verify the number";
    2_388_103 _ Account FixFirst "the number can't be moved: the account is not ready" "see to what the details name";
    2_388_293 _ Template FixFirst "the template has too many variables for its length" "add text, or use fewer variables";
    2_388_299 _ Template FixFirst "the template begins or ends with a variable" "put text before and after";
    2_494_100 _ Account Wait "the number is in maintenance while it is moved" "wait some minutes";
    2_494_164 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_494_165 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_494_166 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_494_167 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_494_168 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_494_176 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_494_177 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_494_179 _ Account FixFirst "in-app signup failed" "see to what the details name";
    2_593_079 _ Account Never "accounts can no longer be moved on behalf of a business" "use embedded signup";
    2_593_085 _ Account Never "accounts can no longer be moved on behalf of a business" "use embedded signup";
    2_593_107 400 Account Never "contacts or history were asked for more often than allowed" "nothing: each can be asked for once";
    2_593_108 400 Account Never "24 hours have passed since the number was onboarded" "onboard the number again to ask for its history";
    2_593_109 400 Account Never "the business declined to share its history" "nothing: it is their choice";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_row_can_be_found() {
        for pair in ALL.windows(2) {
            assert!(pair[0].code < pair[1].code, "{} is not before {}", pair[0].code, pair[1].code);
        }
        for row in ALL {
            assert_eq!(lookup(row.code), Some(row));
        }
        assert_eq!(lookup(999_999), None);
    }

    #[test]
    fn every_row_says_what_happened_and_what_to_do() {
        for Code { code, cause, mend, kind, .. } in ALL {
            assert!(cause.len() > 10 && mend.len() > 5, "{code}");
            assert!(!cause.ends_with('.') && !mend.ends_with('.'), "{code}: rows are joined into sentences");
            assert_ne!(*kind, ErrorKind::Unknown, "{code}");
        }
    }

    #[test]
    fn what_a_bot_decides_by_is_right() {
        for (code, kind, retry) in [
            (131_047, ErrorKind::WindowClosed, Retry::FixFirst),
            (131_056, ErrorKind::PairPace, Retry::Backoff),
            (130_429, ErrorKind::Pace, Retry::Backoff),
            (131_000, ErrorKind::Unavailable, Retry::Backoff),
            (190, ErrorKind::Credentials, Retry::RefreshToken),
            (131_049, ErrorKind::MarketingCap, Retry::Wait),
            (131_050, ErrorKind::OptedOut, Retry::Never),
            (230, ErrorKind::Permission, Retry::FixFirst),
        ] {
            assert_eq!(classify(code), Some((kind, retry)), "{code}");
        }
    }
}
