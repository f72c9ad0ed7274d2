//! Rust types for the templates of an account, so that a template that lacks a parameter doesn't compile.
//!
//! [`templates`] writes one struct for each template and language, with a field for every parameter by its name. It goes
//! into a file of your own, written by a build script or once and for all:
//!
//! ```no_run
//! use wappa_cloud::{client::templates::Definition, codegen};
//!
//! let definitions = Definition::from_json(&std::fs::read("templates.json")?)?;
//! std::fs::write("src/templates.rs", codegen::templates(&definitions))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The definitions come from `graph.templates(&token, &waba).list(&Filter::new()).all()`, or from what that answers, kept as
//! JSON. What was written can be sent as it is, or be made a [`Template`](crate::Template) for what is optional, as the
//! payloads of quick replies:
//!
//! ```
//! # mod templates { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/generated.rs")); }
//! use templates::OrderPaidEn;
//! use wappa_cloud::{DraftKind, IntoDraft, Template};
//!
//! let paid = OrderPaidEn { id: "17".into(), name: "Ann".into(), button_0_url: "17".into() };
//! let draft = Template::from(paid).button_payload(1, "later").into_draft()?;
//! assert_eq!(draft.kind(), DraftKind::Template);
//! # Ok::<(), wappa_cloud::DraftError>(())
//! ```
//!
//! A parameter that is missing is an error of the compiler's, not of Meta's:
//!
//! ```compile_fail,E0063
//! # mod templates { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/generated.rs")); }
//! use templates::OrderPaidEn;
//!
//! let paid = OrderPaidEn { id: "17".into(), name: "Ann".into() };
//! ```
//!
//! Nor does one that the template doesn't have, one of another kind, or a carousel that lacks a card:
//!
//! ```compile_fail,E0560
//! # mod templates { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/generated.rs")); }
//! let code = templates::CodeEn { code: "123456".into(), minutes: 5 };
//! ```
//!
//! ```compile_fail,E0308
//! # mod templates { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/generated.rs")); }
//! let form = templates::FormDe { button_0_flow_token: 7 };
//! ```
//!
//! ```compile_fail,E0063
//! # mod templates { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cloud/generated.rs")); }
//! use templates::{NewPizzasEn, NewPizzasEnCard0};
//! use wappa_cloud::Header;
//!
//! let card_0 = NewPizzasEnCard0 { body_1: "20 %".into(), header: Header::image("1"), button_1_payload: "q".into() };
//! let carousel = NewPizzasEn { name: "Ann".into(), card_0 };
//! ```

use std::{
    collections::BTreeSet,
    fmt::{self, Write},
};

use crate::client::templates::{
    ButtonInfo, ButtonKind, CardInfo, Category, Component, ComponentKind, Definition, HeaderFormat,
    Variables, variables,
};

/// Writes a module of types for these templates. They name this crate as `wappa_cloud`.
pub fn templates(definitions: &[Definition]) -> String {
    templates_for("wappa_cloud", definitions)
}

/// The same for code that names this crate otherwise, like `wappa::cloud`.
pub fn templates_for(path: &str, definitions: &[Definition]) -> String {
    let mut sorted: Vec<&Definition> = definitions.iter().collect();
    sorted.sort_by_key(|definition| (&definition.name, &definition.language));
    sorted.dedup_by_key(|definition| (&definition.name, &definition.language));
    let mut taken = BTreeSet::new();
    let mut source =
        String::from("// Written from the definitions of templates: change those and write this again.\n");
    for definition in sorted {
        let written = match Type::of(definition, &mut taken) {
            Ok(written) => written.to_source(path),
            Err(why) => {
                let (name, language) = (&definition.name, &definition.language);
                format!("\n// {name:?} in {language:?} is left out: {}\n", why.replace(['\n', '\r'], " "))
            }
        };
        source.push_str(&written);
    }
    source
}

/// A type to be written.
struct Type<'a> {
    definition: &'a Definition,
    name: String,
    parts: Parts,
    cards: Vec<Card>,
    is_authentication: bool,
}

/// The parameters of a template, or of a card of one.
#[derive(Default)]
struct Parts {
    fields: Vec<Field>,
    /// What makes the draft of the fields.
    steps: Vec<String>,
}

/// A card of a carousel, which has a type of its own.
struct Card {
    name: String,
    /// What is made of it to begin with.
    made: String,
    parts: Parts,
}

struct Field {
    name: String,
    of: String,
    doc: String,
}

/// Where a text stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Header,
    Body,
}

/// A path below this crate, where a field's type stands.
const TEXT: &str = "String";

impl<'a> Type<'a> {
    fn of(definition: &'a Definition, taken: &mut BTreeSet<String>) -> Result<Self, String> {
        let mut this = Self {
            definition,
            name: unique(&type_name(definition), taken),
            parts: Parts::default(),
            cards: Vec::new(),
            is_authentication: false,
        };
        let parts = &mut this.parts;
        if definition.category == Some(Category::Authentication) {
            // The code is all that can be said; the draft knows where it stands.
            this.is_authentication = true;
            parts.field("code", TEXT, "The code.".into());
            return Ok(this);
        }
        // A body's parameters are the ones people name, so they get their names first.
        for kind in [ComponentKind::Body, ComponentKind::Header] {
            if let Some(component) = definition.component(&kind) {
                parts.text_or_file(&kind, component)?;
            }
        }
        for component in &definition.components {
            match component.kind {
                Some(ComponentKind::Buttons) => {
                    for (at, button) in component.buttons.iter().enumerate() {
                        parts.button(at, button)?;
                    }
                }
                Some(ComponentKind::LimitedTimeOffer) => parts.offer(component),
                Some(ComponentKind::Carousel) => {
                    for (at, card) in component.cards.iter().enumerate() {
                        let name = unique(&format!("{}Card{at}", this.name), taken);
                        let doc = format!("What card {at} is sent with.");
                        let field = parts.field(&format!("card_{at}"), &name, doc);
                        parts.steps.push(format!(".card(this.{field}.into())"));
                        this.cards.push(Card::of(name, card)?);
                    }
                }
                _ => {}
            }
        }
        Ok(this)
    }
}

impl Card {
    fn of(name: String, card: &CardInfo) -> Result<Self, String> {
        let of = |kind| card.components.iter().find(|part| part.kind.as_ref() == Some(&kind));
        let mut parts = Parts::default();
        if let Some(body) = of(ComponentKind::Body) {
            parts.text(Place::Body, body.text.as_deref().unwrap_or_default())?;
        }
        let format = of(ComponentKind::Header).and_then(|header| header.format.as_ref());
        let made = if format == Some(&HeaderFormat::Product) {
            let catalog = parts.field("catalog_id", TEXT, "The catalog of the card's product.".into());
            let product = parts.field("product", TEXT, "The card's product.".into());
            format!("Self::product(this.{catalog}, this.{product})")
        } else {
            let header = parts.field("header", "{path}::Header", "What the card shows.".into());
            format!("Self::new(this.{header})")
        };
        for (at, button) in
            of(ComponentKind::Buttons).into_iter().flat_map(|part| part.buttons.iter().enumerate())
        {
            // Cards are alike: by its payload one tells which of them was tapped.
            if button.kind == Some(ButtonKind::QuickReply) {
                let label = button.text.as_deref().unwrap_or_default();
                let doc = format!("What comes back from the button {label:?}.");
                parts.pressed(at, "payload", doc, "quick_reply({field})");
            } else {
                parts.button(at, button)?;
            }
        }
        // A card has no shorter way for addresses than for other buttons.
        for step in &mut parts.steps {
            *step = step.replace(".button_url(", ".button_url_at(").replace(".button(", ".button_at(");
        }
        Ok(Self { name, made, parts })
    }
}

impl Parts {
    /// The field's name, which may differ from what was asked for.
    fn field(&mut self, wanted: &str, of: &str, doc: String) -> String {
        let mut name = field_name(wanted);
        while self.fields.iter().any(|field| field.name == name) {
            name.push('_');
        }
        self.fields.push(Field { name: name.clone(), of: of.to_owned(), doc });
        name
    }

    fn text_or_file(&mut self, kind: &ComponentKind, component: &Component) -> Result<(), String> {
        let is_header = *kind == ComponentKind::Header;
        match component.format.as_ref().filter(|_| is_header) {
            None | Some(HeaderFormat::Text) => {
                let place = if is_header { Place::Header } else { Place::Body };
                self.text(place, component.text.as_deref().unwrap_or_default())
            }
            Some(HeaderFormat::Location) => {
                self.file("header", "{path}::Location", "The place in the header.", "header_location");
                Ok(())
            }
            Some(HeaderFormat::Gif) => {
                self.file("header_gif", "{path}::MediaId", "The film in the header.", "header_gif");
                Ok(())
            }
            Some(HeaderFormat::Product) => {
                let catalog =
                    self.field("header_catalog_id", TEXT, "The catalog of the header's product.".into());
                let product = self.field("header_product", TEXT, "The header's product.".into());
                self.steps.push(format!(".header_product(this.{catalog}, this.{product})"));
                Ok(())
            }
            Some(format @ (HeaderFormat::Image | HeaderFormat::Video | HeaderFormat::Document)) => {
                let doc = format!("What the header shows: {}.", format.as_str().to_lowercase());
                self.file("header", "{path}::Header", &doc, "header");
                Ok(())
            }
            Some(HeaderFormat::Other(format)) => {
                Err(format!("its header is of a kind that is not known: {format:?}"))
            }
        }
    }

    fn file(&mut self, wanted: &str, of: &'static str, doc: &str, method: &str) {
        let name = self.field(wanted, of, doc.to_owned());
        self.steps.push(format!(".{method}(this.{name})"));
    }

    fn text(&mut self, place: Place, text: &str) -> Result<(), String> {
        let is_header = place == Place::Header;
        let place = if is_header { "header" } else { "body" };
        match variables(place, text).map_err(|error| error.to_string())? {
            Variables::None => {}
            Variables::Numbered(count) => {
                for number in 1..=count {
                    let wanted = format!("{place}_{number}");
                    let name = self.field(&wanted, TEXT, format!("`{{{{{number}}}}}` of the {place}."));
                    self.steps.push(if is_header {
                        format!(".header(this.{name})")
                    } else {
                        format!(".body([this.{name}])")
                    });
                }
            }
            Variables::Named(names) => {
                for variable in names {
                    let is_taken = self.fields.iter().any(|field| field.name == field_name(&variable));
                    let wanted = if is_taken { format!("{place}_{variable}") } else { variable.clone() };
                    let name = self.field(&wanted, TEXT, format!("`{{{{{variable}}}}}` of the {place}."));
                    self.steps.push(format!(".{place}_named({variable:?}, this.{name})"));
                }
            }
        }
        Ok(())
    }

    fn button(&mut self, at: usize, button: &ButtonInfo) -> Result<(), String> {
        let label = button.text.as_deref().unwrap_or_default();
        let of = |what: &str| format!("{what} of the button {label:?}.");
        match &button.kind {
            Some(ButtonKind::Url) => {
                let url = button.url.as_deref().unwrap_or_default();
                if variables("button", url).map_err(|error| error.to_string())?.len() > 0 {
                    let name = self.field(
                        &format!("button_{at}_url"),
                        TEXT,
                        of(&format!("The end of {url:?}, the address")),
                    );
                    self.steps.push(format!(".button_url({at}, this.{name})"));
                }
            }
            Some(ButtonKind::CopyCode) => {
                self.pressed(at, "code", of("The coupon"), "copy_code({field})");
            }
            Some(ButtonKind::Flow) => {
                self.pressed(at, "flow_token", of("The token of the Flow"), "flow().token({field})");
            }
            Some(ButtonKind::MultiProduct) => self.whole(at, of("The products")),
            Some(ButtonKind::OrderDetails) => self.whole(at, of("The order")),
            Some(ButtonKind::Catalog) => {
                self.steps.push(format!(".button({at}, {{path}}::TemplateButton::catalog())"));
            }
            _ => {}
        }
        Ok(())
    }

    fn pressed(&mut self, at: usize, what: &str, doc: String, made: &str) {
        let name = self.field(&format!("button_{at}_{what}"), TEXT, doc);
        let made = made.replace("{field}", &format!("this.{name}"));
        self.steps.push(format!(".button({at}, {{path}}::TemplateButton::{made})"));
    }

    fn whole(&mut self, at: usize, doc: String) {
        let name = self.field(&format!("button_{at}"), "{path}::TemplateButton", doc);
        self.steps.push(format!(".button({at}, this.{name})"));
    }

    fn offer(&mut self, component: &Component) {
        let offer = component.limited_time_offer.as_ref();
        if offer.and_then(|offer| offer.get("has_expiration")).and_then(serde_json::Value::as_bool)
            == Some(true)
        {
            let name = self.field("offer_ends", "{path}::Timestamp", "When the offer ends.".into());
            self.steps.push(format!(".offer_ends(this.{name})"));
        }
    }
}

impl Type<'_> {
    fn to_source(&self, path: &str) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut out);
        out.replace("{path}", path)
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        let Self { definition, name, parts, .. } = self;
        let (template, language) = (&definition.name, &definition.language);
        let body = definition.component(&ComponentKind::Body).and_then(|body| body.text.as_deref());
        let doc = match body {
            Some(body) => {
                format!("The template `{template}` in `{language}`:\n\n> {}", body.replace('\n', "\n> "))
            }
            None => format!("The template `{template}` in `{language}`."),
        };
        let derives = if self.is_authentication { "Clone" } else { "Debug, Clone" };
        parts.write_struct(out, name, &doc, derives)?;
        let target = if self.is_authentication { "AuthenticationTemplate" } else { "Template" };
        let made = if self.is_authentication {
            format!("Self::new({template:?}, {language:?}, this.code)")
        } else {
            format!("Self::new({template:?}, {language:?})")
        };
        parts.write_from(out, name, target, &made)?;
        writeln!(out, "impl {{path}}::IntoDraft for {name} {{")?;
        writeln!(out, "    fn into_draft(self) -> Result<{{path}}::Draft, {{path}}::DraftError> {{")?;
        writeln!(out, "        {{path}}::IntoDraft::into_draft({{path}}::{target}::from(self))\n    }}\n}}")?;
        for (at, Card { name: card, made, parts }) in self.cards.iter().enumerate() {
            let doc = format!("Card {at} of [`{name}`].");
            parts.write_struct(out, card, &doc, "Debug, Clone")?;
            parts.write_from(out, card, "TemplateCard", made)?;
            // An empty line stands between types, not after the last.
            out.truncate(out.trim_end().len());
            out.push('\n');
        }
        Ok(())
    }
}

impl Parts {
    fn write_struct(&self, out: &mut String, name: &str, doc: &str, derives: &str) -> fmt::Result {
        // Braces of the definition are no placeholders of ours.
        writeln!(out, "\n#[doc = {}]", literal(doc))?;
        let end = if self.fields.is_empty() { "}\n" } else { "" };
        writeln!(out, "#[derive({derives})]\n#[must_use]\npub struct {name} {{{end}")?;
        for Field { name, of, doc } in &self.fields {
            writeln!(out, "    #[doc = {}]\n    pub {name}: {of},", literal(doc))?;
        }
        if self.fields.is_empty() { Ok(()) } else { writeln!(out, "}}\n") }
    }

    fn write_from(&self, out: &mut String, name: &str, target: &str, made: &str) -> fmt::Result {
        let this = if self.fields.is_empty() { "_" } else { "this" };
        writeln!(out, "impl From<{name}> for {{path}}::{target} {{")?;
        writeln!(out, "    fn from({this}: {name}) -> Self {{")?;
        write!(out, "        {made}")?;
        for step in &self.steps {
            write!(out, "\n            {step}")?;
        }
        writeln!(out, "\n    }}\n}}\n")
    }
}

/// A string literal in which `{path}` can't stand.
fn literal(text: &str) -> String {
    format!("{text:?}").replace("{path}", "{\\u{70}ath}")
}

/// `order_paid` in `en_US` is `OrderPaidEnUs`.
fn type_name(definition: &Definition) -> String {
    let words = [definition.name.as_str(), definition.language.as_str()];
    let mut name = String::new();
    for word in words.iter().flat_map(|part| part.split(|c: char| !c.is_ascii_alphanumeric())) {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.extend(letters.map(|letter| letter.to_ascii_lowercase()));
    }
    if name.starts_with(|c: char| c.is_ascii_uppercase()) { name } else { format!("T{name}") }
}

fn unique(wanted: &str, taken: &mut BTreeSet<String>) -> String {
    let mut name = wanted.to_owned();
    let mut number = 2;
    while !taken.insert(name.clone()) {
        name = format!("{wanted}{number}");
        number += 1;
    }
    name
}

/// A variable's name as Rust can have it: variables are of `a`–`z`, `0`–`9` and `_`.
fn field_name(variable: &str) -> String {
    const KEYWORDS: &[&str] = &[
        "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do",
        "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
        "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "self",
        "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
        "virtual", "where", "while", "yield",
    ];
    let is_taken = KEYWORDS.contains(&variable) || variable.starts_with(|c: char| c.is_ascii_digit());
    if is_taken { format!("the_{variable}") } else { variable.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(json: &str) -> String {
        templates(&Definition::from_json(json.as_bytes()).unwrap())
    }

    #[test]
    fn names_that_rust_cannot_have_are_changed() {
        let source = of(r#"[
            {"name":"2_for_1","language":"en","components":[{"type":"BODY","text":"A {{type}} {{name}}!"},
                {"type":"HEADER","format":"TEXT","text":"Hi {{name}}"}]},
            {"name":"a__b","language":"en","components":[]},
            {"name":"a_b","language":"en","components":[]},
            {"name":"a_b","language":"en","components":[]}]"#);
        for part in
            ["pub struct T2For1En {", "pub the_type: String", "pub header_name: String", "ABEn {", "ABEn2 {"]
        {
            assert!(source.contains(part), "{part}\n{source}");
        }
        assert!(!source.contains("ABEn3"), "each template once");
    }

    #[test]
    fn definitions_cannot_write_code() {
        let source = of(r#"[{"name":"x\"]\nfn evil() {}","language":"{path}","components":[
            {"type":"BODY","text":"\"] fn evil() {} {path} */ \n#[x]"}]},
            {"name":"y","language":"en","components":[{"type":"BODY","text":"{{1"}]},
            {"name":"z","language":"en\nfn evil() {}","components":[{"type":"HEADER","format":"A\nfn evil() {}"}]}]"#);
        assert!(source.lines().all(|line| !line.trim_start().starts_with("fn evil")), "{source}");
        assert!(source.contains("\"y\" in \"en\" is left out"), "{source}");
    }
}
