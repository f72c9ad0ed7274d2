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

use std::{
    collections::BTreeSet,
    fmt::{self, Write},
};

use crate::client::templates::{
    ButtonInfo, ButtonKind, Category, Component, ComponentKind, Definition, HeaderFormat, Variables,
    variables,
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
    fields: Vec<Field>,
    /// What makes the draft of the fields.
    steps: Vec<String>,
    /// The field of a carousel's cards.
    cards: Option<String>,
    is_authentication: bool,
}

struct Field {
    name: String,
    of: &'static str,
    doc: String,
}

/// A path below this crate, where a field's type stands.
const TEXT: &str = "String";

impl<'a> Type<'a> {
    fn of(definition: &'a Definition, taken: &mut BTreeSet<String>) -> Result<Self, String> {
        let mut this = Self {
            definition,
            name: unique(&type_name(definition), taken),
            fields: Vec::new(),
            steps: Vec::new(),
            cards: None,
            is_authentication: false,
        };
        if definition.category == Some(Category::Authentication) {
            // The code is all that can be said; the draft knows where it stands.
            this.is_authentication = true;
            this.field("code", TEXT, "The code.".into());
            return Ok(this);
        }
        // A body's parameters are the ones people name, so they get their names first.
        for kind in [ComponentKind::Body, ComponentKind::Header] {
            if let Some(component) = definition.component(&kind) {
                this.text_or_file(&kind, component)?;
            }
        }
        for component in &definition.components {
            match component.kind {
                Some(ComponentKind::Buttons) => {
                    for (at, button) in component.buttons.iter().enumerate() {
                        this.button(at, button)?;
                    }
                }
                Some(ComponentKind::LimitedTimeOffer) => this.offer(component),
                Some(ComponentKind::Carousel) => {
                    let cards = component.cards.len();
                    let doc = format!("The cards: {cards}, as in the definition.");
                    let name = this.field("cards", "Vec<{path}::TemplateCard>", doc);
                    this.cards = Some(name);
                }
                _ => {}
            }
        }
        Ok(this)
    }

    /// The field's name, which may differ from what was asked for.
    fn field(&mut self, wanted: &str, of: &'static str, doc: String) -> String {
        let mut name = field_name(wanted);
        while self.fields.iter().any(|field| field.name == name) {
            name.push('_');
        }
        self.fields.push(Field { name: name.clone(), of, doc });
        name
    }

    fn text_or_file(&mut self, kind: &ComponentKind, component: &Component) -> Result<(), String> {
        let is_header = *kind == ComponentKind::Header;
        match component.format.as_ref().filter(|_| is_header) {
            None | Some(HeaderFormat::Text) => {
                self.text(is_header, component.text.as_deref().unwrap_or_default())
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

    fn text(&mut self, is_header: bool, text: &str) -> Result<(), String> {
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

    fn to_source(&self, path: &str) -> String {
        let mut out = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut out);
        out.replace("{path}", path)
    }

    fn write(&self, out: &mut String) -> fmt::Result {
        let Self { definition, name, fields, .. } = self;
        let (template, language) = (&definition.name, &definition.language);
        let body = definition.component(&ComponentKind::Body).and_then(|body| body.text.as_deref());
        let doc = match body {
            Some(body) => {
                format!("The template `{template}` in `{language}`:\n\n> {}", body.replace('\n', "\n> "))
            }
            None => format!("The template `{template}` in `{language}`."),
        };
        // Braces of the definition are no placeholders of ours.
        writeln!(out, "\n#[doc = {}]", literal(&doc))?;
        let debug = if self.is_authentication { "" } else { "Debug, " };
        writeln!(
            out,
            "#[derive({debug}Clone)]\n#[must_use]\npub struct {name} {{{}",
            if fields.is_empty() { "}\n" } else { "" }
        )?;
        for Field { name, of, doc } in fields {
            writeln!(out, "    #[doc = {}]\n    pub {name}: {of},", literal(doc))?;
        }
        if !fields.is_empty() {
            writeln!(out, "}}\n")?;
        }
        let target = if self.is_authentication { "AuthenticationTemplate" } else { "Template" };
        writeln!(out, "impl From<{name}> for {{path}}::{target} {{")?;
        if self.is_authentication {
            writeln!(out, "    fn from(this: {name}) -> Self {{")?;
            writeln!(out, "        Self::new({template:?}, {language:?}, this.code)\n    }}\n}}\n")?;
        } else {
            let this = if fields.is_empty() { "_" } else { "this" };
            writeln!(out, "    fn from({this}: {name}) -> Self {{")?;
            let mut made = format!("Self::new({template:?}, {language:?})");
            for step in &self.steps {
                made = format!("{made}\n            {step}");
            }
            if let Some(cards) = &self.cards {
                made = format!(
                    "this.{cards}.into_iter().fold(\n            {made},\n            Self::card,\n        )"
                );
            }
            writeln!(out, "        {made}\n    }}\n}}\n")?;
        }
        writeln!(out, "impl {{path}}::IntoDraft for {name} {{")?;
        writeln!(out, "    fn into_draft(self) -> Result<{{path}}::Draft, {{path}}::DraftError> {{")?;
        writeln!(out, "        {{path}}::IntoDraft::into_draft({{path}}::{target}::from(self))\n    }}\n}}")
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
