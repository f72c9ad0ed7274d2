//! A Flow with everything, and what is refused.

use serde_json::json;

use super::*;

/// A Flow with every kind of component, conditions, and an endpoint.
fn everything() -> FlowJson {
    let forms = Screen::new("FORMS", "Forms")
        .data("sizes", Data::items([("s", "Small")]))
        .data("is_open", Data::flag())
        .refresh_on_back()
        .sensitive(["secret"])
        .child(Component::text_heading("Heading"))
        .child(Component::text_subheading(expression("'Sub ' ${form.email}")))
        .child(Component::text_body("Body").font_weight(FontWeight::Bold).markdown())
        .child(Component::text_caption("Caption"))
        .child(
            Component::text_input("email", "E-mail").input(InputType::Email).required().helper_text("Yours"),
        )
        .child(Component::text_input("secret", "Secret").input(InputType::Passcode).min_chars(4).max_chars(8))
        .child(Component::text_area("words", "Words"))
        .child(
            Component::checkbox_group("boxes", "Boxes", [("a", "A"), ("b", "B")])
                .on_select(Action::update_data().send("is_open", false)),
        )
        .child(Component::radio_buttons("radio", "Radio", [Item::new("a", "A").description("first")]))
        .child(Component::dropdown("size", "Size", Source::data("sizes")).visible_if(data("is_open")))
        .child(Component::chips("chips", "Chips", [("a", "A"), ("b", "B")]))
        .child(Component::date_picker("day", "Day").min_date("2026-01-01"))
        .child(Component::calendar_picker("days", "Days").with("mode", "single"))
        .child(Component::opt_in("terms", "I agree").on_click(Action::open_url("https://example.org/terms")))
        .child(Component::image("iVBORw0KGgo=").alt_text("a picture"))
        .child(Component::image_carousel([("iVBORw0KGgo=", "one"), ("iVBORw0KGgo=", "two")]))
        .child(Component::link("More", Action::data_exchange()))
        .child(Component::when(
            expression("${form.size} == 's'"),
            [Component::text_body("Small it is.")],
            [Component::text_body("Large it is.")],
        ))
        .child(Component::switch(form("radio"), [("a", [Component::photo_picker("photo", "Photo")])]))
        .child(Component::footer("On", Action::data_exchange().send("email", form("email"))));
    let rows = Screen::new("ROWS", "Rows").child(Component::navigation_list(
        "list",
        [("1", "One"), ("2", "Two")],
        Action::navigate("END").send("email", screen_form("FORMS", "email")),
    ));
    let end = Screen::new("END", "End")
        .terminal()
        .data("email", Data::text("a@b.c"))
        .child(Component::rich_text("# Done"))
        .child(Component::document_picker("file", "File"))
        .child(Component::footer("Finish", Action::complete().send("email", data("email"))));
    FlowJson::new().screen(forms).screen(rows).screen(end).endpoint(DataApi::V3).route("FORMS", ["ROWS"])
}

#[test]
fn every_component_has_its_place() {
    let flow = everything().build().unwrap_or_else(|error| panic!("{error}"));
    let written = flow.to_string();
    let unused: Vec<&str> = table::KINDS
        .iter()
        .map(|kind| kind.name)
        .filter(|kind| *kind != "Footer" && *kind != "Form" && !written.contains(&format!("\"{kind}\"")))
        .collect();
    assert_eq!(unused, Vec::<&str>::new(), "a constructor for each");
    assert_eq!(flow["routing_model"], json!({"FORMS": ["ROWS"], "ROWS": ["END"], "END": []}));
    assert_eq!(
        flow["screens"][2]["layout"]["children"][2],
        json!({"type": "Footer", "label": "Finish", "on-click-action": {"name": "complete", "payload": {"email": "${data.email}"}}})
    );
    assert_eq!(flow["screens"][0]["data"]["is_open"], json!({"type": "boolean", "__example__": true}));
}

fn end() -> Screen {
    Screen::new("END", "End").terminal().child(Component::footer("Finish", Action::complete()))
}

/// One terminal screen with these components above its Footer.
fn with(components: impl IntoIterator<Item = Component>) -> FlowJson {
    let screen = components.into_iter().fold(Screen::new("ONE", "One").terminal(), Screen::child);
    FlowJson::new().screen(screen.child(Component::footer("Finish", Action::complete())))
}

fn refused(flow: &FlowJson, path: &str, why: &str) {
    let error = flow.build().unwrap_err();
    let named =
        error.problems().iter().any(|problem| problem.path == path && problem.to_string().contains(why));
    assert!(named, "{error}\nshould say {path}: {why}");
}

#[test]
fn texts_are_limited() {
    let child = "screens[0].layout.children[0]";
    for (component, limit, property) in [
        (Component::text_heading as fn(String) -> Component, 80, "text"),
        (Component::text_subheading, 80, "text"),
        (Component::text_body, 4096, "text"),
        (Component::text_caption, 409, "text"),
        (|label| Component::text_input("n", label), 20, "label"),
        (|label| Component::text_area("n", label), 20, "label"),
        (|label| Component::dropdown("n", label, [("a", "A")]), 20, "label"),
        (|label| Component::radio_buttons("n", label, [("a", "A")]), 30, "label"),
        (|label| Component::chips("n", label, [("a", "A"), ("b", "B")]), 80, "label"),
        (|label| Component::date_picker("n", label), 40, "label"),
        (|label| Component::opt_in("n", label), 120, "label"),
        (|text| Component::link(text, Action::open_url("https://example.org")), 25, "text"),
        (|said| Component::text_input("n", "l").helper_text(said), 80, "helper-text"),
        (|said| Component::dropdown("n", "l", [("a", said)]), 30, "data-source[0].title"),
    ] {
        with([component("ä".repeat(limit))]).build().unwrap_or_else(|error| panic!("{error}"));
        let path = format!("{child}.{property}");
        refused(&with([component("ä".repeat(limit + 1))]), &path, &format!("{} characters", limit + 1));
        refused(&with([component(" ".to_owned())]), &path, "missing");
    }
}

#[test]
fn what_metas_validator_refuses_is_refused_with_its_path() {
    let child = "screens[0].layout.children[0]";
    let children = "screens[0].layout.children";
    refused(&FlowJson::new(), "screens", "missing");
    refused(&FlowJson::new().screen(Screen::new("ONE", "One")), "screens", "terminal");
    refused(&FlowJson::new().screen(Screen::new("ONE", "One").terminal()), children, "Footer");
    refused(&FlowJson::new().screen(Screen::new("A1", "One").terminal()), "screens[0].id", "letters");
    refused(&FlowJson::new().screen(Screen::new("SUCCESS", "One").terminal()), "screens[0].id", "SUCCESS");
    refused(&FlowJson::new().screen(end()).screen(end()), "screens[1].id", "twice");
    refused(&with([Component::text_body(data("x"))]), &format!("{child}.text"), "no data `x`");
    refused(&with([Component::text_body(form("x"))]), &format!("{child}.text"), "no input `x`");
    refused(
        &with([Component::text_body(screen_data("NO", "x"))]),
        &format!("{child}.text"),
        "no screen `NO`",
    );
    refused(&with([Component::text_body("Hi ${form.x}")]), &format!("{child}.text"), "backticks");
    refused(&with([Component::text_body("${x}")]), &format!("{child}.text"), "not known");
    refused(
        &with([Component::text_body("x").helper_text("y")]),
        &format!("{child}.helper-text"),
        "not known",
    );
    refused(
        &with([Component::text_input("n", "l").with("required", "yes")]),
        &format!("{child}.required"),
        "yes or no",
    );
    refused(
        &with([Component::text_input("n", "l").with("input-type", "url")]),
        &format!("{child}.input-type"),
        "one of",
    );
    refused(&with([Component::text_input("n", "l").min_chars(9).max_chars(8)]), child, "least");
    let twice = [Component::text_input("n", "l"), Component::text_area("n", "l")];
    refused(&with(twice), "screens[0].layout.children[1].name", "twice");
    refused(&with([Component::chips("n", "l", [("a", "A")])]), &format!("{child}.data-source"), "2 to 20");
    refused(
        &with([Component::dropdown("n", "l", (0..201).map(|n| (n.to_string(), "A")).collect::<Source>())]),
        &format!("{child}.data-source"),
        "201",
    );
    refused(
        &with([Component::dropdown("n", "l", [("a", "A"), ("a", "B")])]),
        &format!("{child}.data-source[1].id"),
        "twice",
    );
}

#[test]
fn what_does_not_go_together_is_refused_with_its_path() {
    let child = "screens[0].layout.children[0]";
    let children = "screens[0].layout.children";
    refused(&with((0..50).map(|_| Component::text_body("x"))), children, "there are 51");
    refused(
        &with((0..2).map(|_| Component::footer("x", Action::complete()))),
        &format!("{children} (Footer)"),
        "3",
    );
    refused(&with((0..4).map(|_| Component::image("x"))), &format!("{children} (Image)"), "there are 4");
    refused(
        &with([Component::photo_picker("a", "A"), Component::document_picker("b", "B")]),
        children,
        "not both",
    );
    refused(
        &with([Component::navigation_list("l", [("1", "A")], Action::navigate("X"))]),
        children,
        "leads on",
    );
    refused(
        &with([Component::link("x", Action::navigate("NO"))]),
        &format!("{child}.on-click-action.next.name"),
        "no screen",
    );
    refused(
        &with([Component::link("x", Action::navigate("ONE"))]),
        &format!("{child}.on-click-action.next.name"),
        "itself",
    );
    refused(
        &with([Component::link("x", Action::data_exchange())]),
        &format!("{child}.on-click-action"),
        "endpoint",
    );
    refused(
        &with([Component::link("x", Action::open_url("ftp://x"))]),
        &format!("{child}.on-click-action.url"),
        "https",
    );
    refused(
        &with([Component::opt_in("n", "l").on_click(Action::complete())]),
        &format!("{child}.on-click-action.name"),
        "one of",
    );
    let caption = |key: &str| {
        FlowJson::new().screen(
            Screen::new("ONE", "One")
                .terminal()
                .child(Component::footer("x", Action::complete()).with(key, "c").with("center-caption", "c")),
        )
    };
    refused(&caption("left-caption"), child, "in the middle");
    refused(&with([Component::when("always", [], [])]), &format!("{child}.condition"), "expression");
    let footer = || Component::footer("x", Action::complete());
    let one_sided = Component::when(expression("true"), [footer()], []);
    refused(
        &FlowJson::new().screen(Screen::new("ONE", "One").terminal().child(one_sided)),
        child,
        "every branch",
    );
    let deep =
        (0..4).fold(Component::text_body("x"), |inner, _| Component::when(expression("true"), [inner], []));
    refused(&with([deep]), &format!("{child}.then[0].then[0].then[0]"), "three conditions");
    let undone = Screen::new("ONE", "One").child(Component::footer("x", Action::complete()));
    refused(
        &FlowJson::new().screen(undone).screen(end()),
        &format!("{child}.on-click-action"),
        "terminal screen",
    );
    let schema = |schema| FlowJson::new().screen(end().data("d", Data::schema(schema)));
    refused(&schema(json!({"type": "text"})), "screens[0].data.d.type", "one of");
    refused(&schema(json!({"type": "string"})), "screens[0].data.d.__example__", "missing");
    refused(&schema(json!({"type": "string", "__example__": 1})), "screens[0].data.d.__example__", "type");
    refused(&FlowJson::new().screen(end().sensitive(["x"])), "screens[0].sensitive", "no input");
}

#[test]
fn routes_lead_forward_to_every_screen() {
    let to =
        |id: &str, next: &str| Screen::new(id, "x").child(Component::footer("On", Action::navigate(next)));
    let flow = |screens: Vec<Screen>| screens.into_iter().fold(FlowJson::new(), FlowJson::screen);
    flow(vec![to("A", "END"), end()]).build().unwrap();
    refused(
        &flow(vec![to("A", "END"), end(), Screen::new("LONE", "x")]),
        "screens[2]",
        "no screen leads here",
    );
    refused(&flow(vec![to("A", "B"), to("B", "A"), end()]), "routing_model.A", "forward only");
    let wants = end().data("name", Data::text("Ana"));
    refused(
        &flow(vec![to("A", "END"), wants]),
        "screens[0].layout.children[0].on-click-action.payload",
        "not sent",
    );
    let asks = |id: &str| Screen::new(id, "x").child(Component::footer("On", Action::data_exchange()));
    let endpoint = || FlowJson::new().endpoint(DataApi::V4).screen(asks("A"));
    endpoint().screen(end()).route("A", ["END"]).build().unwrap();
    refused(&endpoint().screen(end()), "screens[1]", "no screen leads here");
    refused(&endpoint().screen(end()).route("A", ["NO", "END"]), "routing_model.A", "no screen `NO`");
    refused(&endpoint().screen(end()).route("A", ["A", "END"]), "routing_model.A", "itself");
    refused(
        &endpoint().screen(end()).route("A", ["END"]).route("END", ["A"]),
        "routing_model.A",
        "forward only",
    );
    let unstated = json!({"version": "7.3", "data_api_version": "3.0", "screens": []});
    assert!(check(&unstated).unwrap_err().to_string().contains("screens"));
}

#[test]
fn any_json_is_looked_at_without_harm() {
    for odd in [
        json!(null),
        json!([]),
        json!({"screens": 1}),
        json!({"screens": [1, {"id": "A"}, {"id": "B", "layout": {"type": "SingleColumnLayout", "children": [1, {"type": 1}, {"type": "If", "then": 1}]}}]}),
    ] {
        assert!(check(&odd).is_err());
    }
}
