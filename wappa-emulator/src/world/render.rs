//! Filling in the parameters of a template that is sent (Meta's page "Templates: sending"). Definitions are in `template`.

use serde_json::Value;
use wappa_cloud::limits::{self, Limit};

use super::content::{Header, HeaderFile, Location, Offer, Rendered, RenderedCard, TemplateButton};
use super::graph::offers;
use super::refusal::Refusal;
use super::template::{ButtonDefinition, Template, TemplateCard, TemplateExtra, TemplateHeader};

impl Template {
    /// Fills in the `components` of a send. Media ids in it are the caller's to check.
    pub(crate) fn render(&self, components: &[Value]) -> Result<Rendered, Refusal> {
        let of = |kind: &str| {
            components
                .iter()
                .find(|component| {
                    component["type"].as_str().is_some_and(|given| given.eq_ignore_ascii_case(kind))
                })
                .and_then(|component| component["parameters"].as_array())
                .map_or(&[][..], Vec::as_slice)
        };
        known(components)?;
        if let [status, ..] = of("order_status") {
            offers::order_status(&status["order_status"])?;
        }
        let body = fill("body", &self.body, of("body"))?;
        fits("body", &body, &limits::TEMPLATE_BODY)?;
        let header = match &self.header {
            None if of("header").is_empty() => None,
            None => return Err(mismatch("header", of("header").len(), 0)),
            Some(TemplateHeader::Text(text)) => {
                let text = fill("header", text, of("header"))?;
                fits("header", &text, &limits::TEMPLATE_HEADER)?;
                Some(Header::Text { text })
            }
            Some(TemplateHeader::Image) => Some(Header::Image(file("image", of("header"))?)),
            Some(TemplateHeader::Video) => Some(Header::Video(file("video", of("header"))?)),
            Some(TemplateHeader::Document) => Some(Header::Document(file("document", of("header"))?)),
            Some(TemplateHeader::Location) => Some(Header::Location(place(of("header"))?)),
            Some(TemplateHeader::Product) => {
                product(of("header"))?;
                None
            }
        };
        let buttons = render_buttons(&self.buttons, components)?;
        if let Some(code) = self.code()
            && of("body").first().map(|parameter| &parameter["text"])
                != button_component(components, code).map(|given| &given["parameters"][0]["text"])
        {
            return Err(Refusal::new(132_018, "The code of the body and of the button must be the same."));
        }
        let cards = of_cards(components);
        if cards.len() != self.cards.len() {
            return Err(mismatch("carousel", cards.len(), self.cards.len()));
        }
        let cards = self.cards.iter().zip(cards).map(|(card, given)| render_card(card, given));
        let cards = cards.collect::<Result<_, _>>()?;
        Ok(Rendered {
            name: self.name.clone(),
            language: self.language.clone(),
            category: self.category.to_ascii_lowercase(),
            header,
            body,
            footer: self.footer.clone(),
            buttons,
            cards,
            offer: self.offer(of("limited_time_offer"))?,
        })
    }

    /// The index of the button that hands over a one-time password.
    fn code(&self) -> Option<usize> {
        self.buttons.iter().position(|button| matches!(button, ButtonDefinition::Otp { .. }))
    }

    fn offer(&self, given: &[Value]) -> Result<Option<Offer>, Refusal> {
        let defined = self.more.iter().find_map(|extra| match extra {
            TemplateExtra::LimitedTimeOffer { text } => Some(text.clone()),
            TemplateExtra::CallPermissionRequest => None,
        });
        match (defined, given) {
            (None, []) => Ok(None),
            (None, _) => Err(mismatch("limited_time_offer", given.len(), 0)),
            (Some(_), []) => Err(mismatch("limited_time_offer", 0, 1)),
            (Some(text), [given, ..]) => {
                let ends = given["limited_time_offer"]["expiration_time_ms"].as_i64();
                let ends_at = ends.ok_or_else(|| {
                    Refusal::new(132_012, "limited_time_offer: expiration_time_ms must be a number")
                })?;
                Ok(Some(Offer { text, ends_at }))
            }
        }
    }
}

/// What a send can give components for.
const COMPONENTS: &[&str] = &[
    "header",
    "body",
    "button",
    "carousel",
    "limited_time_offer",
    "order_status",
    "tap_target_configuration",
];

fn known(components: &[Value]) -> Result<(), Refusal> {
    for (index, component) in components.iter().enumerate() {
        let at = format!("template.components[{index}].type");
        let kind = super::graph::fields::string(&component["type"], &at)?.to_ascii_lowercase();
        if !COMPONENTS.contains(&kind.as_str()) {
            return Err(Refusal::invalid(&at, format!("must be one of {}", COMPONENTS.join(", "))));
        }
    }
    Ok(())
}

fn of_cards(components: &[Value]) -> &[Value] {
    let carousel = components.iter().find(|component| component["type"] == "carousel");
    carousel.and_then(|carousel| carousel["cards"].as_array()).map_or(&[][..], Vec::as_slice)
}

fn render_card(card: &TemplateCard, given: &Value) -> Result<RenderedCard, Refusal> {
    let components = given["components"].as_array().map_or(&[][..], Vec::as_slice);
    known(components)?;
    let of = |kind: &str| {
        let component = components.iter().find(|component| component["type"] == kind);
        component.and_then(|component| component["parameters"].as_array()).map_or(&[][..], Vec::as_slice)
    };
    let header = match &card.header {
        TemplateHeader::Image => Some(Header::Image(file("image", of("header"))?)),
        TemplateHeader::Video => Some(Header::Video(file("video", of("header"))?)),
        TemplateHeader::Product => {
            product(of("header"))?;
            None
        }
        _ => {
            return Err(Refusal::new(132_012, "carousel: a card's header is a picture, a film or a product"));
        }
    };
    Ok(RenderedCard {
        header,
        body: fill("card body", &card.body, of("body"))?,
        buttons: render_buttons(&card.buttons, components)?,
    })
}

fn product(parameters: &[Value]) -> Result<(), Refusal> {
    let [parameter] = parameters else { return Err(mismatch("header", parameters.len(), 1)) };
    match parameter["product"]["product_retailer_id"].as_str() {
        Some(_) => Ok(()),
        None => Err(Refusal::new(132_012, "header: Format mismatch, expected product")),
    }
}

fn render_buttons(
    buttons: &[ButtonDefinition],
    components: &[Value],
) -> Result<Vec<TemplateButton>, Refusal> {
    let rendered = buttons
        .iter()
        .enumerate()
        .map(|(index, button)| {
            let given = button_component(components, index).map(|component| &component["parameters"]);
            let parameters = given.and_then(Value::as_array).into_iter().flatten();
            parameters.into_iter().try_for_each(|given| check_given(button, given))?;
            render_button(button, given.map(|given| &given[0]))
        })
        .collect::<Result<_, _>>()?;
    if let Some(extra) = components
        .iter()
        .filter(|component| component["type"] == "button")
        .filter_map(button_index)
        .find(|index| *index >= buttons.len())
    {
        return Err(Refusal::new(132_000, format!("buttons: the template has no button at index {extra}")));
    }
    Ok(rendered)
}

fn button_index(component: &Value) -> Option<usize> {
    match &component["index"] {
        Value::String(index) => index.parse().ok(),
        Value::Number(index) => index.as_u64().and_then(|index| usize::try_from(index).ok()),
        _ => None,
    }
}

fn button_component(components: &[Value], index: usize) -> Option<&Value> {
    components
        .iter()
        .filter(|component| {
            component["type"].as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("button"))
        })
        .find(|component| button_index(component) == Some(index))
}

fn render_button(button: &ButtonDefinition, given: Option<&Value>) -> Result<TemplateButton, Refusal> {
    let string = |field: &str| given.and_then(|given| given[field].as_str()).map(str::to_owned);
    Ok(match button {
        ButtonDefinition::QuickReply { text } => {
            let payload = string("payload").unwrap_or_else(|| text.clone());
            fits("buttons", &payload, &limits::TEMPLATE_PAYLOAD)?;
            TemplateButton::QuickReply { text: text.clone(), payload }
        }
        ButtonDefinition::Url { text, url } => {
            let url = match (url.contains("{{"), string("text")) {
                (true, Some(suffix)) => format!("{}{suffix}", url.split("{{").next().unwrap_or_default()),
                (true, None) => {
                    return Err(Refusal::new(131_008, "buttons: Button of type Url requires a parameter"));
                }
                (false, None) => url.clone(),
                (false, Some(_)) => return Err(mismatch("button", 1, 0)),
            };
            TemplateButton::Url { text: text.clone(), url }
        }
        ButtonDefinition::PhoneNumber { text, phone_number } => {
            TemplateButton::Url { text: text.clone(), url: format!("tel:{phone_number}") }
        }
        ButtonDefinition::CopyCode => {
            let payload = string("coupon_code").ok_or_else(|| {
                Refusal::new(131_008, "buttons: Button of type COPY_CODE requires a coupon_code")
            })?;
            fits("buttons", &payload, &limits::COUPON_CODE)?;
            TemplateButton::CopyCode { text: "Copy code".to_owned(), payload }
        }
        ButtonDefinition::Otp { text, .. } => {
            let payload = string("text").ok_or_else(|| {
                Refusal::new(131_008, "buttons: Button of type OTP requires the code as a text parameter")
            })?;
            fits("buttons", &payload, &limits::COUPON_CODE)?;
            TemplateButton::CopyCode { text: text.clone().unwrap_or_else(|| "Copy code".to_owned()), payload }
        }
        ButtonDefinition::Flow { text, flow_id } => TemplateButton::Flow {
            text: text.clone(),
            flow: flow_id.clone().unwrap_or_default(),
            token: given
                .and_then(|given| given["action"]["flow_token"].as_str())
                .unwrap_or("unused")
                .to_owned(),
        },
        ButtonDefinition::Mpm { text } if given.is_none() => {
            return Err(Refusal::new(131_008, format!("buttons: Button {text:?} requires its products")));
        }
        ButtonDefinition::OrderDetails { text } if given.is_none() => {
            return Err(Refusal::new(131_008, format!("buttons: Button {text:?} requires its order")));
        }
        other => TemplateButton::Other {
            text: other.text().unwrap_or("Share contact info").to_owned(),
            parameters: given.cloned().unwrap_or_default(),
        },
    })
}

/// What Meta checks of a button's parameters beyond their being there.
fn check_given(button: &ButtonDefinition, given: &Value) -> Result<(), Refusal> {
    let action = &given["action"];
    match button {
        ButtonDefinition::Mpm { .. } => {
            offers::sections(&action["sections"], "buttons.action.sections").map(|_| ())
        }
        ButtonDefinition::OrderDetails { .. } => offers::order_details(&action["order_details"]).map(|_| ()),
        ButtonDefinition::VoiceCall { .. } => {
            offers::call_minutes(&given["ttl_minutes"], "buttons.ttl_minutes")?;
            let payload = given["payload"].as_str().unwrap_or_default();
            fits("buttons", payload, &limits::VOICE_CALL_PAYLOAD)
        }
        _ => Ok(()),
    }
}

fn fits(place: &str, text: &str, limit: &Limit) -> Result<(), Refusal> {
    let length = limit.count(text);
    if length > limit.max {
        let details = format!(
            "{place}: the text with its parameters has {length} characters; at most {} are allowed",
            limit.max
        );
        return Err(Refusal::new(132_005, details));
    }
    Ok(())
}

fn mismatch(place: &str, given: usize, wanted: usize) -> Refusal {
    Refusal::new(
        132_000,
        format!(
            "{place}: number of localizable_params ({given}) does not match the expected number of params ({wanted})"
        ),
    )
}

/// The names between `{{` and `}}`, each once, in order.
pub(crate) fn placeholders(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for part in text.split("{{").skip(1) {
        if let Some((name, _)) = part.split_once("}}")
            && !names.contains(&name.trim())
        {
            names.push(name.trim());
        }
    }
    names
}

fn fill(place: &str, text: &str, parameters: &[Value]) -> Result<String, Refusal> {
    let names = placeholders(text);
    if names.len() != parameters.len() {
        return Err(mismatch(place, parameters.len(), names.len()));
    }
    let positional = names.iter().all(|name| name.bytes().all(|byte| byte.is_ascii_digit()));
    let mut filled = text.to_owned();
    for (index, name) in names.iter().enumerate() {
        let parameter = if positional {
            name.parse::<usize>().ok().and_then(|n| parameters.get(n.checked_sub(1)?))
        } else {
            parameters.iter().find(|parameter| parameter["parameter_name"] == **name)
        };
        let parameter = parameter.ok_or_else(|| {
            Refusal::new(132_000, format!("{place}: parameter '{name}' (number {}) is missing", index + 1))
        })?;
        let value = match parameter["type"].as_str() {
            Some("currency") => parameter["currency"]["fallback_value"].as_str(),
            Some("date_time") => parameter["date_time"]["fallback_value"].as_str(),
            _ => parameter["text"].as_str(),
        };
        let value = value
            .ok_or_else(|| Refusal::new(132_012, format!("{place}: parameter '{name}' is not a text")))?;
        if value.contains(['\n', '\t']) || value.contains("     ") {
            return Err(Refusal::new(
                131_009,
                format!(
                    "{place}: Param text cannot have new-line/tab characters or more than 4 consecutive spaces"
                ),
            ));
        }
        filled = filled.replace(&format!("{{{{{name}}}}}"), value);
    }
    Ok(filled)
}

fn file(kind: &str, parameters: &[Value]) -> Result<HeaderFile, Refusal> {
    let [parameter] = parameters else { return Err(mismatch("header", parameters.len(), 1)) };
    if parameter["type"] != kind {
        return Err(Refusal::new(132_012, format!("header: Format mismatch, expected {kind}")));
    }
    let string = |field: &str| parameter[kind][field].as_str().map(str::to_owned);
    let file = HeaderFile {
        media: string("id").map(Into::into),
        link: string("link"),
        filename: string("filename"),
    };
    if file.media.is_none() && file.link.is_none() {
        return Err(Refusal::missing(&format!("template.components.header.{kind}")));
    }
    Ok(file)
}

fn place(parameters: &[Value]) -> Result<Location, Refusal> {
    let [parameter] = parameters else { return Err(mismatch("header", parameters.len(), 1)) };
    super::graph::fields::location(&parameter["location"], "template.components.header.location")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn order() -> Template {
        Template::new("order_ok", "en_US", "Hi {{1}}, your {{2}} is ready, {{1}}.")
            .button(ButtonDefinition::QuickReply { text: "Thanks".into() })
            .button(ButtonDefinition::Url { text: "Track".into(), url: "https://x.example/{{1}}".into() })
    }

    fn body(texts: &[&str]) -> Value {
        json!({"type": "body", "parameters": texts.iter().map(|text| json!({"type": "text", "text": text})).collect::<Vec<_>>()})
    }

    fn url() -> Value {
        json!({"type": "button", "sub_type": "url", "index": "1", "parameters": [{"type": "text", "text": "42"}]})
    }

    #[test]
    fn parameters_are_filled_in() {
        let rendered = order().render(&[body(&["Ana", "pizza"]), url()]).unwrap();
        assert_eq!(rendered.body, "Hi Ana, your pizza is ready, Ana.");
        assert_eq!(
            rendered.buttons,
            [
                TemplateButton::QuickReply { text: "Thanks".into(), payload: "Thanks".into() },
                TemplateButton::Url { text: "Track".into(), url: "https://x.example/42".into() },
            ]
        );
    }

    #[test]
    fn a_wrong_number_of_parameters_is_refused() {
        assert_eq!(order().render(&[body(&["Ana"]), url()]).unwrap_err().code, 132_000);
        assert_eq!(order().render(&[body(&["Ana", "pizza", "3"]), url()]).unwrap_err().code, 132_000);
        assert_eq!(order().render(&[body(&["Ana", "pizza"])]).unwrap_err().code, 131_008);
        assert_eq!(order().render(&[body(&["Ana\n", "pizza"]), url()]).unwrap_err().code, 131_009);
    }

    #[test]
    fn named_parameters_come_in_any_order() {
        let template = Template::new("t", "en", "{{greeting}} {{name}}!");
        let parameters = json!([{"type": "body", "parameters": [
            {"type": "text", "parameter_name": "name", "text": "Ana"},
            {"type": "text", "parameter_name": "greeting", "text": "Hi"}]}]);
        assert_eq!(template.render(parameters.as_array().unwrap()).unwrap().body, "Hi Ana!");
    }
}
