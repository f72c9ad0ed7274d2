//! What decides whether a well-formed message goes out and arrives.

use super::*;

fn template(case: &mut Case, name: &str, category: &str) -> Value {
    case.world.add_template(Template::new(name, "en", "Sale today").category(category));
    json!({"type": "template", "template": {"name": name, "language": {"code": "en"}}})
}

fn edit(case: &mut Case, edit: impl FnOnce(&mut Standing)) {
    let id = case.number.id.clone();
    case.number = case.world.edit_standing(NOW, &id, edit).unwrap();
}

fn attitude(case: &mut Case, edit: impl FnOnce(&mut Attitude)) {
    let id = case.ana.id.clone();
    case.ana = case.world.edit_person(&id, |person| edit(&mut person.attitude)).unwrap();
}

/// The code of a refusal, or of the failure that follows.
fn code(case: &mut Case, now: i64, message: &Value) -> Option<u64> {
    let (status, answer) = case.send(now, message);
    if status != 200 {
        return answer["error"]["code"].as_u64();
    }
    let id = MessageId::from(answer["messages"][0]["id"].as_str().unwrap());
    case.message(&id).error.as_ref().map(|error| u64::from(error.code))
}

#[test]
fn a_number_in_trouble_sends_nothing() {
    let mut case = open();
    let troubles = [
        Trouble::Permission,
        Trouble::Restricted,
        Trouble::Denied,
        Trouble::Locked,
        Trouble::NameNotApproved,
        Trouble::Unpaid,
        Trouble::Certificate,
        Trouble::Spam,
        Trouble::Maintenance,
        Trouble::Misclassified,
    ];
    for trouble in troubles {
        edit(&mut case, |standing| standing.trouble = Some(trouble));
        assert_eq!(code(&mut case, NOW, &text("hi")), Some(u64::from(trouble.code())));
    }
    edit(&mut case, |standing| {
        standing.trouble = None;
        standing.registration = Registration::Verified;
    });
    assert_eq!(code(&mut case, NOW, &text("hi")), Some(133_010));
    edit(&mut case, |standing| standing.registration = Registration::Registered);
    assert_eq!(code(&mut case, NOW, &text("hi")), None);
}

#[test]
fn a_test_number_writes_to_its_list_and_a_restricted_one_not_everywhere() {
    let mut case = open();
    edit(&mut case, |standing| standing.allow_list = Some([].into()));
    assert_eq!(code(&mut case, NOW, &text("hi")), Some(131_030));
    let ana = case.ana.id.clone();
    edit(&mut case, |standing| standing.allow_list = Some([ana].into()));
    assert_eq!(code(&mut case, NOW, &text("hi")), None);
    edit(&mut case, |standing| standing.restricted_countries = ["US".to_owned()].into());
    assert_eq!(code(&mut case, NOW, &text("hi")), Some(130_497));
}

#[test]
fn a_person_who_can_not_be_reached_is_told_of_afterwards() {
    let mut case = open();
    attitude(&mut case, |attitude| attitude.app = PhoneApp::Missing);
    assert_eq!(code(&mut case, NOW, &text("hi")), Some(131_026));
    attitude(&mut case, |attitude| attitude.app = PhoneApp::Old);
    assert_eq!(code(&mut case, NOW, &text("hi")), None);
    assert_eq!(code(&mut case, NOW, &buttons(&["Yes"])), Some(131_026));
}

#[test]
fn what_a_blocked_number_sends_stays_sent() {
    let mut case = open();
    let chat = case.chat.clone();
    case.world.block(&chat, Blocking::Block).unwrap();
    let id = case.sent(NOW, &text("hello?"));
    case.world.tick(NOW + 60_000);
    assert_eq!(case.message(&id).status, Tick::Sent);
    case.world.block(&chat, Blocking::Unblock).unwrap();
    let id = case.sent(NOW, &text("hello!"));
    case.world.tick(NOW + 60_000);
    assert_eq!(case.message(&id).status, Tick::Delivered);
}

#[test]
fn marketing_has_its_own_limits() {
    let mut case = open();
    let sale = template(&mut case, "sale", "MARKETING");
    let news = template(&mut case, "news", "UTILITY");
    edit(&mut case, |standing| standing.marketing_cap = Some(2));
    assert_eq!(code(&mut case, NOW, &sale), None);
    assert_eq!(code(&mut case, NOW + 1, &sale), None);
    assert_eq!(code(&mut case, NOW + 2, &sale), Some(131_049));
    assert_eq!(code(&mut case, NOW + 3, &news), None);
    assert_eq!(code(&mut case, NOW + DAY + 2, &sale), None);
    edit(&mut case, |standing| standing.marketing_cap = None);

    // The pace counts on: time does not go back.
    let later = NOW + DAY + 3;
    let chat = case.chat.clone();
    case.webhooks();
    case.world.opt(later, &chat, Marketing::Stop).unwrap();
    let told = case.webhooks().pop().unwrap();
    assert_eq!(told["user_preferences"][0]["value"], "stop");
    assert_eq!(code(&mut case, later, &sale), Some(131_050));
    assert_eq!(code(&mut case, later, &news), None);
    case.world.opt(later, &chat, Marketing::Resume).unwrap();
    case.ana = case.world.state().person(&case.ana.id).unwrap().clone();

    attitude(&mut case, |attitude| attitude.experiment = Experiment::Inside);
    assert_eq!(code(&mut case, later, &sale), Some(130_472));
    edit(&mut case, |standing| standing.marketing = Ability::Off);
    assert_eq!(code(&mut case, later, &sale), Some(131_063));
}

#[test]
fn so_many_people_are_written_to_first_in_a_day() {
    let mut case = closed(rules());
    edit(&mut case, |standing| standing.tier = Tier::Of250);
    let news = template(&mut case, "news", "UTILITY");
    case.webhooks();
    for nth in 0..250 {
        let person = case.world.add_person(&format!("Person {nth}"));
        case.ana = person;
        case.chat.person = case.ana.id.clone();
        assert_eq!(code(&mut case, NOW + nth * 1_000, &news), None, "{nth}");
    }
    assert_eq!(code(&mut case, NOW + 251_000, &news), None, "the same person again");
    case.ana = case.world.add_person("One more");
    case.chat.person = case.ana.id.clone();
    assert_eq!(code(&mut case, NOW + 252_000, &news), Some(131_048));
    assert_eq!(code(&mut case, NOW + DAY + 1_000, &news), None);
}

#[test]
fn an_identity_that_changed_is_noticed() {
    let mut case = open();
    attitude(&mut case, |attitude| attitude.identity_hash = Some("new".into()));
    let with = |hash: &str| json!({"text": {"body": "hi"}, "recipient_identity_key_hash": hash});
    assert_eq!(code(&mut case, NOW, &with("old")), Some(137_000));
    assert_eq!(code(&mut case, NOW, &with("new")), None);
}

#[test]
fn an_ad_makes_three_days_free() {
    let mut case = closed(rules());
    let chat = case.chat.clone();
    let hi = || PersonAct::Text { body: "hi".into(), context: None };
    case.world.act_with(NOW, &chat, hi(), Extras::referral(Referral::ad("120"))).unwrap();
    let heard = case.webhooks().pop().unwrap();
    assert_eq!(heard["messages"][0]["referral"]["source_id"], "120");
    case.sent(NOW + 1_000, &text("welcome"));
    let sent = case.webhooks().remove(0);
    assert_eq!(sent["statuses"][0]["pricing"]["type"], "free_entry_point");
    let until = (NOW + 1_000 + 3 * DAY) / 1000;
    assert_eq!(sent["statuses"][0]["conversation"]["expiration_timestamp"], until.to_string());
    // Free it stays, but what needs a window still needs one.
    assert_eq!(code(&mut case, NOW + DAY + 2_000, &text("still there?")), Some(131_047));
}

#[test]
fn a_new_tier_is_told() {
    let mut case = open();
    edit(&mut case, |standing| standing.throughput = Throughput::High);
    let told = case.webhooks().pop().unwrap();
    assert_eq!(told["event"], "THROUGHPUT_UPGRADE");
    for nth in 0..200 {
        let person = case.world.add_person(&format!("Person {nth}"));
        case.world
            .act(NOW, &ChatKey { person: person.id.clone(), ..case.chat.clone() }, PersonAct::Welcome)
            .unwrap();
        case.ana = person;
        case.chat.person = case.ana.id.clone();
        assert_eq!(code(&mut case, NOW, &text("fast")), None, "{nth}");
    }
}
