//! Chromium without a window, driven by the chromedriver beside it.

use std::process::Stdio;

use fantoccini::{Client, ClientBuilder, Locator, elements::Element, key::Key};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

use crate::common::wait::{until, within};

/// Whether the person likes it dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Light,
    Dark,
}

/// Scrolls an element into view, waits two frames, and taps it if it is still where it was and where a finger would meet it.
const TAP: &str = r#"
const [css, words, done] = arguments;
const fits = (el) => el.checkVisibility() && !el.disabled && el.innerText.includes(words);
const found = [...document.querySelectorAll(css)].filter(fits).at(-1);
if (!found) return done(false);
found.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
const place = () => JSON.stringify(found.getBoundingClientRect());
const before = place();
requestAnimationFrame(() => requestAnimationFrame(() => {
  const { left, top, width, height } = found.getBoundingClientRect();
  const met = document.elementFromPoint(left + width / 2, top + height / 2);
  if (place() !== before || !found.contains(met)) return done(false);
  found.focus({ preventScroll: true });
  found.click();
  done(true);
}));
"#;

/// A browser with one page. Ends when dropped.
pub(crate) struct Browser {
    pub(crate) client: Client,
    driver: Child,
    // Open as long as the driver may write to it.
    _output: Lines<BufReader<ChildStdout>>,
    _profile: TempDir,
}

impl Browser {
    /// Opens a page in a window of this size, in CSS pixels.
    pub(crate) async fn open(url: &str, (width, height): (u32, u32), scheme: Scheme) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts: cargo xtask setup installs it");
        let mut output = BufReader::new(driver.stdout.take().expect("its output")).lines();
        let port = within("chromedriver's port", async {
            loop {
                let line = output.next_line().await.expect("text").expect("chromedriver names its port");
                let said = line.strip_prefix("ChromeDriver was started successfully on port ");
                if let Some(port) = said {
                    return port.trim_end_matches('.').to_owned();
                }
            }
        })
        .await;

        let profile = tempfile::tempdir().expect("a folder");
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            // A microphone that hums, and nobody who has to allow it or to tap before a sound is made.
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-device-for-media-stream",
            "--use-fake-ui-for-media-stream",
        ]
        .map(str::to_owned)
        .into();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        if scheme == Scheme::Dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let wanted = json!({ "goog:chromeOptions": {
            "args": arguments,
            // A window is never as narrow as a phone; an emulated screen is.
            "mobileEmulation": { "deviceMetrics": {
                "width": width, "height": height, "pixelRatio": 1.0, "touch": false, "mobile": false,
            } },
        } });
        let Value::Object(wanted) = wanted else { unreachable!("an object is written above") };
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("Chromium starts");
        client.goto(url).await.expect("the page opens");
        Self { client, driver, _output: output, _profile: profile }
    }

    /// The first element that fits and is to be seen.
    pub(crate) async fn sees(&self, css: &str) -> Element {
        until(css, async || {
            let element = self.client.find(Locator::Css(css)).await.ok()?;
            element.is_displayed().await.ok()?.then_some(element)
        })
        .await
    }

    /// The last element that fits and has these words in it.
    pub(crate) async fn sees_words(&self, css: &str, words: &str) -> Element {
        until(&format!("{css} with {words:?}"), async || {
            for element in self.client.find_all(Locator::Css(css)).await.ok()?.into_iter().rev() {
                if element.text().await.ok()?.contains(words) {
                    return Some(element);
                }
            }
            None
        })
        .await
    }

    /// Taps the last element that fits and has these words in it, once it keeps its place and nothing covers it. The look and
    /// the tap are one step of the page, so that nothing can come between them.
    pub(crate) async fn taps(&self, css: &str, words: &str) {
        let wanted = [json!(css), json!(words)];
        until(&format!("{css} with {words:?}, to be tapped"), async || {
            let tapped = self.client.execute_async(TAP, wanted.to_vec()).await.ok()?;
            (tapped == true).then_some(())
        })
        .await;
    }

    /// Writes into the first field that fits.
    pub(crate) async fn types(&self, css: &str, keys: &str) {
        self.sees(css).await.send_keys(keys).await.expect("keys go to it");
    }

    /// What a script on the page answers.
    pub(crate) async fn asks(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("the script runs")
    }

    /// Presses keys, wherever the focus is.
    pub(crate) async fn presses(&self, keys: &str) {
        let focused = self.client.active_element().await.expect("something has the focus");
        focused.send_keys(keys).await.expect("keys go to it");
    }

    /// Presses Tab until an element that fits has the focus.
    pub(crate) async fn tabs_to(&self, css: &str) {
        const FAR: usize = 60;
        for _ in 0..FAR {
            if self.asks(&format!("return document.activeElement.matches({css:?})")).await == true {
                return;
            }
            self.presses(&char::from(Key::Tab).to_string()).await;
        }
        panic!("Tab does not lead to {css}");
    }

    /// Ends the browser and its driver.
    pub(crate) async fn close(mut self) {
        self.client.close().await.expect("the browser closes");
        self.driver.kill().await.expect("the driver ends");
    }
}
