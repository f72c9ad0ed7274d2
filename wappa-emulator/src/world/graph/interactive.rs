//! Interactive messages: reply buttons, lists and link buttons, each with Meta's limits.

use serde_json::Value;
use std::collections::BTreeSet;
use wappa_cloud::limits;

use super::fields;
use crate::world::content::{Button, Buttons, Content, CtaUrl, Header, HeaderFile, List, Row, Section};
use crate::world::refusal::Refusal;

/// Reads `interactive`; `check` knows whether the file of a header exists.
pub(super) fn read(
    part: &Value,
    check: impl Fn(&Header, &str) -> Result<(), Refusal>,
) -> Result<Content, Refusal> {
    let kind = fields::string(&part["type"], "interactive.type")?;
    if !matches!(kind, "button" | "list" | "cta_url") {
        return super::offers::read(kind, part, &check).map(Content::Interactive);
    }
    let header = header(&part["header"])?;
    if let Some(header) = &header {
        check(header, "interactive.header")?;
    }
    match kind {
        "button" => Ok(Content::Buttons(Buttons {
            header,
            body: body(part, &limits::INTERACTIVE_BODY)?,
            footer: footer(part)?,
            buttons: buttons(&part["action"]["buttons"])?,
        })),
        "list" => {
            if !matches!(header, None | Some(Header::Text { .. })) {
                return Err(Refusal::invalid("interactive.header.type", "must be text for a list"));
            }
            let button = &part["action"]["button"];
            Ok(Content::List(List {
                header,
                body: body(part, &limits::LIST_BODY)?,
                footer: footer(part)?,
                button: fields::text(button, "interactive.action.button", &limits::LIST_BUTTON)?.to_owned(),
                sections: sections(&part["action"]["sections"])?,
            }))
        }
        _ => {
            let parameters = &part["action"]["parameters"];
            if part["action"]["name"] != "cta_url" {
                return Err(Refusal::invalid("interactive.action.name", "must be cta_url"));
            }
            let at = "interactive.action.parameters.display_text";
            Ok(Content::CtaUrl(CtaUrl {
                header,
                body: body(part, &limits::INTERACTIVE_BODY)?,
                footer: footer(part)?,
                display_text: fields::text(&parameters["display_text"], at, &limits::CTA_DISPLAY_TEXT)?
                    .to_owned(),
                url: fields::url(&parameters["url"], "interactive.action.parameters.url")?,
            }))
        }
    }
}

pub(super) fn body(part: &Value, limit: &limits::Limit) -> Result<String, Refusal> {
    fields::text(&part["body"]["text"], "interactive.body.text", limit).map(str::to_owned)
}

pub(super) fn footer(part: &Value) -> Result<Option<String>, Refusal> {
    match &part["footer"] {
        Value::Null => Ok(None),
        footer => fields::text(&footer["text"], "interactive.footer.text", &limits::INTERACTIVE_FOOTER)
            .map(|text| Some(text.to_owned())),
    }
}

pub(super) fn header(value: &Value) -> Result<Option<Header>, Refusal> {
    if value.is_null() {
        return Ok(None);
    }
    let kind = fields::string(&value["type"], "interactive.header.type")?;
    let file = || {
        let at = format!("interactive.header.{kind}");
        let part = fields::object(&value[kind], &at)?;
        let file = HeaderFile {
            media: fields::maybe(&part["id"], &format!("{at}.id"))?.map(Into::into),
            link: fields::maybe(&part["link"], &format!("{at}.link"))?,
            filename: fields::optional(
                &part["filename"],
                &format!("{at}.filename"),
                &limits::DOCUMENT_FILENAME,
            )?,
        };
        if file.media.is_none() && file.link.is_none() {
            return Err(Refusal::missing(&format!("{at}.id")));
        }
        Ok(file)
    };
    Ok(Some(match kind {
        "text" => Header::Text {
            text: fields::text(&value["text"], "interactive.header.text", &limits::INTERACTIVE_HEADER)?
                .to_owned(),
        },
        "image" => Header::Image(file()?),
        "video" => Header::Video(file()?),
        "document" => Header::Document(file()?),
        _ => {
            return Err(Refusal::invalid(
                "interactive.header.type",
                "must be text, image, video or document",
            ));
        }
    }))
}

fn buttons(value: &Value) -> Result<Vec<Button>, Refusal> {
    let mut seen = BTreeSet::new();
    fields::list(value, "interactive.action.buttons", &limits::BUTTONS)?
        .iter()
        .enumerate()
        .map(|(index, button)| {
            let at = format!("interactive.action.buttons[{index}]");
            if button["type"] != "reply" {
                return Err(Refusal::invalid(&format!("{at}.type"), "must be reply"));
            }
            let reply = &button["reply"];
            let id = fields::text(&reply["id"], &format!("{at}.reply.id"), &limits::BUTTON_ID)?;
            let title = fields::text(&reply["title"], &format!("{at}.reply.title"), &limits::BUTTON_TITLE)?;
            if !seen.insert(format!("id {id}")) || !seen.insert(format!("title {title}")) {
                return Err(Refusal::invalid(
                    &format!("{at}.reply"),
                    "repeats an id or a title; both must be unique",
                ));
            }
            Ok(Button { id: id.to_owned(), title: title.to_owned() })
        })
        .collect()
}

fn sections(value: &Value) -> Result<Vec<Section>, Refusal> {
    let sections = fields::list(value, "interactive.action.sections", &limits::LIST_SECTIONS)?;
    let mut ids = BTreeSet::new();
    let mut read = Vec::with_capacity(sections.len());
    for (index, section) in sections.iter().enumerate() {
        let at = format!("interactive.action.sections[{index}]");
        let title = fields::optional(&section["title"], &format!("{at}.title"), &limits::SECTION_TITLE)?;
        if title.is_none() && sections.len() > 1 {
            return Err(Refusal::missing(&format!("{at}.title")));
        }
        let mut rows = Vec::new();
        for (nth, row) in
            fields::list(&section["rows"], &format!("{at}.rows"), &limits::LIST_ROWS)?.iter().enumerate()
        {
            let at = format!("{at}.rows[{nth}]");
            let id = fields::text(&row["id"], &format!("{at}.id"), &limits::ROW_ID)?.to_owned();
            if !ids.insert(id.clone()) {
                return Err(Refusal::invalid(&format!("{at}.id"), "repeats the id of another row"));
            }
            rows.push(Row {
                id,
                title: fields::text(&row["title"], &format!("{at}.title"), &limits::ROW_TITLE)?.to_owned(),
                description: fields::optional(
                    &row["description"],
                    &format!("{at}.description"),
                    &limits::ROW_DESCRIPTION,
                )?,
            });
        }
        read.push(Section { title, rows });
    }
    if ids.len() > limits::LIST_ROWS.max {
        return Err(Refusal::invalid(
            "interactive.action.sections",
            format!("must have at most {} rows in all, but has {}", limits::LIST_ROWS.max, ids.len()),
        ));
    }
    Ok(read)
}
