//! What the emulator answers over HTTP: the page, the page's API, and Graph. Everything behind the guard in `guard`.

mod api;
mod assets;
mod events;
mod faults;
mod flows;
mod graph;
mod guard;
mod mind;
mod share;
mod world;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, delete, get, patch, post};

use crate::emulator::Emulator;
use crate::world::DOWNLOADS;

/// Meta's cap on an upload (Meta's page "Media"), with room for the form around it.
const LARGEST_UPLOAD: usize = 100 * 1024 * 1024 + 64 * 1024;

impl Emulator {
    /// The phone page, its API and Graph, to be served on a loopback address.
    ///
    /// Requests whose `Host` is not a loopback name get 403, so that no web page can reach in by rebinding its name.
    pub fn router(&self) -> Router {
        self.routes().layer(from_fn(guard::loopback))
    }

    /// The same for browsers in the network too, who must name the key: the page's address is `/?key=…`. Serve it with
    /// `into_make_service_with_connect_info::<SocketAddr>()`, so that this machine is known and needs none.
    pub fn shared_router(&self, key: &str) -> Router {
        self.routes().layer(from_fn_with_state(guard::Key::new(key), guard::keyed))
    }

    fn routes(&self) -> Router {
        let page = Router::new()
            .route("/api/state", get(api::state))
            .route("/api/events", get(events::stream))
            .route("/api/people", post(api::add_person))
            .route("/api/chats/{number}/{person}/messages", post(api::act))
            .route("/api/chats/{number}/{person}/reactions", post(api::react))
            .route("/api/chats/{number}/{person}/open", post(api::open))
            .route("/api/chats/{number}/{person}/clear", post(api::clear))
            .route("/api/chats/{number}/{person}/transcript", get(api::transcript))
            .route("/api/time", post(api::advance))
            .route("/api/chats/{number}/{person}/close-window", post(faults::close_window))
            .route("/api/numbers/{number}/expire-token", post(faults::expire_token))
            .route("/api/people/{person}", patch(world::person))
            .route("/api/numbers/{number}", get(world::standing).patch(world::stand))
            .route("/api/templates", get(world::templates))
            .route("/api/templates/review", post(world::review))
            .route("/api/chats/{number}/{person}/deeds", post(world::deed))
            .route("/api/chats/{number}/{person}/flows/{message}", get(flows::form).post(flows::ask))
            .route("/api/chats/{number}/{person}/mind", get(mind::memories))
            .route("/api/chats/{number}/{person}/rewind", post(mind::rewind))
            .route("/api/calls/{call}", post(world::call))
            .route("/api/qr", get(share::address))
            .route("/api/qr.svg", get(share::code))
            .route("/api/groups", post(world::add_group))
            .route("/api/groups/{group}/members", post(world::membership))
            .route("/api/groups/{group}/messages", post(world::say_in_group))
            .route("/api/apps", get(world::apps).post(world::add_app))
            .route("/api/faults", get(faults::list).post(faults::inject).delete(faults::lift_all))
            .route("/api/faults/{id}", delete(faults::lift))
            .route("/api/media", post(api::upload))
            .route("/api/media/{id}", get(api::media))
            .route("/", get(assets::index))
            .route("/assets/{file}", get(assets::asset))
            .layer(from_fn(guard::same_origin));
        Router::new()
            .route(&format!("/{DOWNLOADS}/{{id}}"), any(graph::download))
            .route("/{version}/{*path}", any(graph::call))
            .merge(page)
            .layer(DefaultBodyLimit::max(LARGEST_UPLOAD))
            .with_state(self.clone())
    }
}

#[cfg(test)]
mod tests;
