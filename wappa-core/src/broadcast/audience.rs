//! Whom a broadcast goes to: rows from an iterator, a stream or a CSV file, never all of them at once.

use std::{collections::BTreeMap, io::Read, pin::Pin};

use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use wappa_cloud::{PhoneNumber, Recipient, UserId, WaId};

/// Rows of a CSV file that are read at a time.
const CHUNK: usize = 500;
/// Columns that say who a row is for: the first that is not empty.
const ADDRESSES: [&str; 4] = ["user_id", "wa_id", "phone", "to"];

/// A recipient, and what is said to them alone.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Row {
    pub(super) to: Recipient,
    pub(super) values: BTreeMap<String, String>,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BadRow {
    /// Where it was: its line in a CSV file, counted from 1, or its place in the iterator or stream.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// A row, or why it cannot be used, and where it was.
type Numbered = (u64, Result<Row, String>);

/// Whom a broadcast goes to.
#[must_use]
pub struct Audience {
    pub(super) rows: Pin<Box<dyn Stream<Item = Numbered> + Send>>,
}

impl Row {
    /// For this person.
    pub fn to(who: impl Into<Recipient>) -> Self {
        Self { to: who.into(), values: BTreeMap::new() }
    }

    /// With this in the column of this name.
    pub fn with(mut self, column: impl Into<String>, value: impl Into<String>) -> Self {
        self.values.insert(column.into(), value.into());
        self
    }
}

impl<T: Into<Recipient>> From<T> for Row {
    fn from(who: T) -> Self {
        Self::to(who)
    }
}

impl Audience {
    /// These.
    pub fn of<R>(rows: impl IntoIterator<Item = R, IntoIter: Send + 'static>) -> Self
    where
        R: Into<Row>,
    {
        Self::stream(stream::iter(rows))
    }

    /// Those that come out of this stream, such as the rows of a query. It is read as fast as rows can be stored.
    pub fn stream<R: Into<Row>>(rows: impl Stream<Item = R> + Send + 'static) -> Self {
        Self { rows: Box::pin(rows.enumerate().map(|(at, row)| (at as u64 + 1, Ok(row.into())))) }
    }

    /// The rows of a CSV file, whose first line names the columns. Who a row is for is in the column `user_id`, `wa_id`,
    /// `phone` or `to` (any of them).
    pub fn csv(file: impl Read + Send + 'static) -> Self {
        let reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file);
        let chunks = stream::unfold(Some(reader), |reader| async move {
            let mut reader = reader?;
            // A file is read where waiting for the disk is no harm to anybody.
            let read = tokio::task::spawn_blocking(move || {
                let rows = chunk(&mut reader);
                (rows, reader)
            });
            let (rows, reader) = read.await.ok()?;
            let more = (rows.len() == CHUNK).then_some(reader);
            Some((stream::iter(rows), more))
        });
        Self { rows: Box::pin(chunks.flatten()) }
    }
}

fn chunk<R: Read>(reader: &mut csv::Reader<R>) -> Vec<Numbered> {
    let mut rows = Vec::new();
    let columns = match reader.headers() {
        Ok(columns) => columns.clone(),
        Err(error) => return vec![(1, Err(error.to_string()))],
    };
    let mut record = csv::StringRecord::new();
    while rows.len() < CHUNK {
        let line = reader.position().line();
        match reader.read_record(&mut record) {
            Ok(false) => break,
            Ok(true) => {
                let line = record.position().map_or(line, csv::Position::line);
                rows.push((line, row(&columns, &record)));
            }
            Err(error) if error.is_io_error() => {
                rows.push((line, Err(format!("the file could not be read on from here: {error}"))));
                break;
            }
            Err(error) => {
                rows.push((error.position().map_or(line, csv::Position::line), Err(error.to_string())));
            }
        }
    }
    rows
}

fn row(columns: &csv::StringRecord, record: &csv::StringRecord) -> Result<Row, String> {
    let values: BTreeMap<String, String> =
        columns.iter().zip(record).map(|(column, value)| (column.to_owned(), value.to_owned())).collect();
    let address = |column| values.get(column).filter(|value| !value.is_empty()).map(|value| (column, value));
    let Some((column, value)) = ADDRESSES.into_iter().find_map(address) else {
        return Err("there is nobody in any of the columns user_id, wa_id, phone and to".to_owned());
    };
    let to = match column {
        "user_id" => UserId::from(value.as_str()).into(),
        "wa_id" if value.bytes().all(|byte| byte.is_ascii_digit()) => WaId::from(value.as_str()).into(),
        "wa_id" => return Err("`wa_id` is not a number in digits, as Meta gives it".to_owned()),
        // A user id has a country and a dot before it.
        "to" if value.as_bytes().get(2) == Some(&b'.')
            && value.starts_with(|c: char| c.is_ascii_uppercase()) =>
        {
            UserId::from(value.as_str()).into()
        }
        _ => value.parse::<PhoneNumber>().map_err(|error| error.to_string())?.into(),
    };
    Ok(Row { to, values })
}

/// A recipient as one text, the same however often it is written, and back.
pub(super) fn to_text(to: &Recipient) -> Option<String> {
    if let Some(user) = &to.user_id {
        return Some(format!("u{}", user.as_str()));
    }
    if let Some(wa_id) = &to.wa_id {
        return Some(format!("n{}", wa_id.as_str().trim_start_matches('+')));
    }
    to.phone.as_ref().map(|phone| format!("n{}", phone.as_str()))
}

pub(super) fn from_text(text: &str) -> Recipient {
    match text.split_at_checked(1) {
        Some(("u", id)) => UserId::from(id).into(),
        Some((_, number)) => WaId::from(number).into(),
        None => Recipient::default(),
    }
}

impl std::fmt::Debug for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Audience").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(csv: &'static str) -> Vec<Numbered> {
        Audience::csv(csv.as_bytes()).rows.collect().await
    }

    #[tokio::test]
    async fn a_file_is_read_row_by_row_and_what_is_wrong_costs_itself() {
        let rows = read(
            "phone, name,wa_id\n+34 600 111 222,Ana,\n,\"Ben,\nthe second\",34600111333\nnobody,Cleo,\n,,\n1,2,3,4\n+34600111444,Eve,\n",
        )
        .await;
        let lines: Vec<(u64, bool)> = rows.iter().map(|(line, row)| (*line, row.is_ok())).collect();
        assert_eq!(lines, [(2, true), (3, true), (5, false), (6, false), (7, false), (8, true)]);
        let names: Vec<&str> =
            rows.iter().filter_map(|(_, row)| Some(&*row.as_ref().ok()?.values["name"])).collect();
        assert_eq!(names, ["Ana", "Ben,\nthe second", "Eve"]);
        let reasons: Vec<&String> = rows.iter().filter_map(|(_, row)| row.as_ref().err()).collect();
        assert!(reasons[0].contains("not a phone number"), "{reasons:?}");
        assert!(reasons[1].contains("nobody"), "{reasons:?}");
    }

    #[tokio::test]
    async fn a_file_longer_than_a_chunk_is_read_to_its_end() {
        let lines = (0..CHUNK * 2 + 3).map(|n| format!("346{n:08}\n"));
        let file: String = std::iter::once("phone\n".to_owned()).chain(lines).collect();
        let rows: Vec<Numbered> = Audience::csv(std::io::Cursor::new(file)).rows.collect().await;
        assert_eq!(rows.len(), CHUNK * 2 + 3);
        assert_eq!(rows.last().map(|(line, _)| *line), Some(CHUNK as u64 * 2 + 4));
    }

    #[test]
    fn recipients_survive_being_written() {
        for to in [Recipient::from(UserId::from("US.1")), WaId::from("34600").into()] {
            assert_eq!(from_text(&to_text(&to).unwrap()), to);
        }
        let phone: PhoneNumber = "+34600111222".parse().unwrap();
        assert_eq!(to_text(&phone.into()), to_text(&WaId::from("34600111222").into()), "the same person");
        assert_eq!(to_text(&Recipient::default()), None);
    }
}
