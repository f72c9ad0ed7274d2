//! Lists in pages, nodes field by field, and the parameters of a call from wherever they stand.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{GraphBody, GraphCall};
use crate::world::refusal::Refusal;

/// How many items a page has unless asked otherwise.
const PAGE: usize = 25;

impl GraphCall {
    /// The parameters of the body, of the form or, where there is neither, of the query.
    pub(super) fn parameters(&self) -> Result<Value, Refusal> {
        let map = |pairs: &[(String, String)]| {
            pairs.iter().map(|(key, value)| (key.clone(), json!(value))).collect::<Map<_, _>>()
        };
        match &self.body {
            GraphBody::Empty | GraphBody::Chunk { .. } => Ok(Value::Object(map(&self.query))),
            GraphBody::Form { fields, .. } => Ok(Value::Object(map(fields))),
            GraphBody::Json(body) => serde_json::from_slice::<Value>(body)
                .ok()
                .filter(Value::is_object)
                .ok_or_else(|| Refusal::parameter("Invalid parameter: the request body is not valid JSON.")),
        }
    }

    /// One page of these items, with the fields that were asked for.
    pub(super) fn page(&self, items: Vec<Value>, usual: &[&str]) -> Result<Value, Refusal> {
        let limit = match self.query("limit") {
            None => PAGE,
            Some(limit) => limit
                .parse()
                .ok()
                .filter(|limit| *limit > 0)
                .ok_or_else(|| Refusal::parameter("Param limit must be a number greater than 0."))?,
        };
        let count = items.len();
        let start = match (self.query("after"), self.query("before")) {
            (Some(cursor), _) => place(cursor)? + 1,
            (None, Some(cursor)) => place(cursor)?.saturating_sub(limit),
            (None, None) => 0,
        };
        if start > count {
            return Err(Refusal::new(131_059, "The cursor is no longer valid: begin with the first page."));
        }
        let data: Vec<Value> = items
            .into_iter()
            .skip(start)
            .take(limit)
            .map(|item| only(item, self.query("fields"), usual))
            .collect();
        let mut page = json!({ "data": data });
        if let Some(last) = data.len().checked_sub(1) {
            page["paging"] = json!({"cursors": {"before": cursor(start), "after": cursor(start + last)}});
            if start + data.len() < count {
                let after = cursor(start + last);
                page["paging"]["next"] =
                    json!(format!("{}?limit={limit}&after={after}", self.path.trim_matches('/')));
            }
        }
        Ok(page)
    }
}

fn cursor(at: usize) -> String {
    URL_SAFE_NO_PAD.encode(format!("at:{at}"))
}

fn place(cursor: &str) -> Result<usize, Refusal> {
    let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    text.and_then(|text| text.strip_prefix("at:")?.parse().ok())
        .ok_or_else(|| Refusal::new(131_059, "The cursor is not valid: begin with the first page."))
}

/// Graph answers with the fields that were asked for, else with a few; the id always comes along.
pub(super) fn only(node: Value, fields: Option<&str>, usual: &[&str]) -> Value {
    let asked: Vec<&str> = match fields {
        Some(fields) => names(fields),
        None if usual.is_empty() => return node,
        None => usual.to_vec(),
    };
    let Value::Object(all) = node else { return node };
    Value::Object(all.into_iter().filter(|(key, _)| key == "id" || asked.contains(&key.as_str())).collect())
}

/// The names in `fields`: each may have parameters after a dot, and fields of its own in braces.
fn names(fields: &str) -> Vec<&str> {
    let mut depth = 0_i32;
    let split = fields.split(move |c: char| {
        depth += match c {
            '(' | '{' | '[' => 1,
            ')' | '}' | ']' => -1,
            _ => 0,
        };
        c == ',' && depth == 0
    });
    split.map(|field| field.split(['.', '{', '(']).next().unwrap_or_default().trim()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_have_parameters_and_fields_of_their_own() {
        assert_eq!(
            names("id, qr_image_url.format(SVG),metric.name(A).since(1),x{a,b},y"),
            ["id", "qr_image_url", "metric", "x", "y"]
        );
    }

    #[test]
    fn pages_follow_each_other() {
        let call = |query: &[(&str, &str)]| GraphCall {
            method: http::Method::GET,
            path: "1/things".to_owned(),
            query: query.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            token: None,
            body: GraphBody::Empty,
        };
        let items: Vec<Value> = (0..5).map(|n| json!({ "n": n })).collect();
        let mut seen = Vec::new();
        let mut after = None::<String>;
        loop {
            let mut query = vec![("limit", "2")];
            if let Some(after) = &after {
                query.push(("after", after));
            }
            let page = call(&query).page(items.clone(), &[]).unwrap();
            seen.extend(page["data"].as_array().unwrap().iter().map(|item| item["n"].as_u64().unwrap()));
            after = page["paging"]["cursors"]["after"].as_str().map(str::to_owned);
            if page["paging"]["next"].is_null() {
                break;
            }
        }
        assert_eq!(seen, [0, 1, 2, 3, 4]);
        let end = call(&[("after", &after.unwrap())]).page(items.clone(), &[]).unwrap();
        assert_eq!(end, json!({"data": []}));
        assert_eq!(call(&[("after", "nonsense")]).page(items, &[]).unwrap_err().code, 131_059);
    }
}
