//! Lists that come in pages: one page, all of them, or a stream that fetches the next when it is needed (Meta: *Graph API,
//! Paginated results*).

use std::{collections::VecDeque, fmt, marker::PhantomData};

use futures_util::stream::{self, Stream, TryStreamExt};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Map, Value};

use super::{Graph, GraphError, Rest};
use crate::transport::GraphRequest;

/// A list that has not been asked for yet.
#[must_use = "a list is fetched by `page`, `all` or `stream`"]
pub struct Listing<'a, T> {
    graph: &'a Graph,
    request: Result<GraphRequest, GraphError>,
    limit: u32,
    items: PhantomData<fn() -> T>,
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Page<T> {
    /// What it lists.
    pub items: Vec<T>,
    /// What could not be read, as Meta sent it.
    pub unread: Vec<Value>,
    /// Where the page before this one ends.
    pub before: Option<String>,
    /// Where the next page begins, if there is one.
    pub after: Option<String>,
    /// What else the answer says.
    pub rest: Rest,
}

#[derive(Deserialize)]
struct Told {
    #[serde(default)]
    data: Value,
    #[serde(default)]
    paging: Paging,
    #[serde(flatten)]
    rest: Map<String, Value>,
}

#[derive(Default, Deserialize)]
struct Paging {
    #[serde(default)]
    cursors: Cursors,
    #[serde(default)]
    next: Option<Value>,
}

#[derive(Default, Deserialize)]
struct Cursors {
    #[serde(default)]
    before: Option<String>,
    #[serde(default)]
    after: Option<String>,
}

impl<'a, T: DeserializeOwned> Listing<'a, T> {
    pub(super) fn new(graph: &'a Graph, request: Result<GraphRequest, GraphError>) -> Self {
        Self { graph, request, limit: 100, items: PhantomData }
    }

    pub(super) fn query(mut self, key: &str, value: impl Into<String>) -> Self {
        if let Ok(request) = &mut self.request {
            set(request, key, value.into());
        }
        self
    }

    pub(super) fn maybe(self, key: &str, value: Option<impl Into<String>>) -> Self {
        match value {
            Some(value) => self.query(key, value),
            None => self,
        }
    }

    /// Asks for nothing if what was asked for breaks a rule.
    pub(super) fn checked(mut self, checked: Result<(), GraphError>) -> Self {
        if let Err(wrong) = checked {
            self.request = self.request.and(Err(wrong));
        }
        self
    }

    /// How many a page holds at most; 100 unless said otherwise. Meta may send fewer.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = limit.max(1);
        self
    }

    /// Begins after this cursor, which an earlier page named.
    pub fn after(self, cursor: impl Into<String>) -> Self {
        self.query("after", cursor)
    }

    /// The fields to be told of each, separated by commas, where Meta's default is not enough.
    pub fn fields(self, fields: impl Into<String>) -> Self {
        self.query("fields", fields)
    }

    /// One page.
    ///
    /// # Errors
    /// Meta refused it, or no answer came; code 131059 says that the cursor is no longer good.
    pub async fn page(self) -> Result<Page<T>, GraphError> {
        let mut request = self.request?;
        set(&mut request, "limit", self.limit.to_string());
        fetch(self.graph, request, self.limit).await
    }

    /// All items of all pages, in memory.
    ///
    /// # Errors
    /// Meta refused a page, or no answer came.
    pub async fn all(self) -> Result<Vec<T>, GraphError>
    where
        T: Send + 'a,
    {
        self.stream().try_collect().await
    }

    /// The items of all pages, one by one. The next page is fetched when the last one has been read, so that a stream
    /// that is dropped asks for nothing more. Ends after the first error. Items that could not be read are left out.
    pub fn stream(self) -> impl Stream<Item = Result<T, GraphError>> + Send + 'a
    where
        T: Send + 'a,
    {
        struct State<T> {
            queue: VecDeque<T>,
            next: Option<Result<GraphRequest, GraphError>>,
            cursor: Option<String>,
        }
        let Self { graph, request, limit, .. } = self;
        let request = request.map(|mut request| {
            set(&mut request, "limit", limit.to_string());
            request
        });
        let start = State { queue: VecDeque::new(), next: Some(request), cursor: None };
        stream::try_unfold(start, move |mut state| async move {
            loop {
                if let Some(item) = state.queue.pop_front() {
                    return Ok(Some((item, state)));
                }
                let Some(request) = state.next.take() else { return Ok(None) };
                let mut request = request?;
                let page: Page<T> = fetch(graph, request.clone(), limit).await?;
                state.queue = page.items.into();
                // A cursor that leads to itself would lead round for ever.
                if let Some(cursor) = page.after.filter(|after| state.cursor.as_ref() != Some(after)) {
                    set(&mut request, "after", cursor.clone());
                    state.cursor = Some(cursor);
                    state.next = Some(Ok(request));
                }
            }
        })
    }
}

async fn fetch<T: DeserializeOwned>(
    graph: &Graph,
    request: GraphRequest,
    limit: u32,
) -> Result<Page<T>, GraphError> {
    let Told { data, paging, rest } = graph.answer(request).await?;
    let (mut items, mut unread) = (Vec::new(), Vec::new());
    for item in rows(data) {
        match T::deserialize(&item) {
            Ok(read) => items.push(read),
            Err(_) => unread.push(item),
        }
    }
    // The last page has cursors, too; it has no `next`. Where Meta leaves `next` out of all pages, a full page has one.
    let is_full = items.len() + unread.len() >= usize::try_from(limit).unwrap_or(usize::MAX);
    let goes_on = paging.next.is_some() || is_full;
    let Cursors { before, after } = paging.cursors;
    Ok(Page { items, unread, before, after: after.filter(|_| goes_on), rest: Rest::new(rest) })
}

/// The rows of a page: a list, or, for groups, an object that holds it.
fn rows(data: Value) -> Vec<Value> {
    match data {
        Value::Array(rows) => rows,
        Value::Object(map) => map
            .into_iter()
            .find_map(|(_, value)| match value {
                Value::Array(rows) => Some(rows),
                _ => None,
            })
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn set(request: &mut GraphRequest, key: &str, value: String) {
    match request.query.iter_mut().find(|(name, _)| name == key) {
        Some((_, old)) => *old = value,
        None => request.query.push((key.to_owned(), value)),
    }
}

impl<T> fmt::Debug for Listing<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing").field("limit", &self.limit).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
