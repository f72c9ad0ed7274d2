//! Storms over a store: deliveries, repetitions, deaths in the middle of any call, leases that run out and statuses, in
//! any order. The workers here do what the corridor's do; the model beside them is a few lines that say what must be
//! true: what was taken is handled once and in order, sessions have counted it exactly, and no message goes out twice
//! unless nobody could tell that it had gone out.

mod model;
mod world;

use std::sync::Arc;

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};

use self::world::World;
use crate::store::{Store, Wish};

/// Opens the store that a storm is about: each time the same one, as after the death of its process.
pub type Reopen = Box<dyn Fn() -> Arc<dyn Store>>;

/// Lets so many storms loose, each on fresh ground, and always the same ones.
///
/// # Panics
/// With the shortest sequence of steps after which a promise is broken.
pub fn storms(cases: u32, ground: impl Fn() -> Reopen) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 2_000, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let outcome = runner.run(&vec(step(), 1..150), |steps| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(async {
            let mut world = World::new(ground());
            for step in steps {
                world.live_through(step).await;
            }
            world.come_to_rest().await;
        });
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

/// Something that happens.
#[derive(Debug, Clone)]
enum Step {
    /// A person's messages come in one delivery; those with a number have come before.
    Deliver { who: usize, messages: Vec<Option<usize>>, wish: Wish, death: Death },
    /// A worker that is free looks for lanes.
    Claim(Death),
    /// A worker goes on with its turn.
    Work { worker: usize, fate: PostFate, death: Death },
    /// Meta tells what has become of a message.
    Status { post: usize, read: bool, death: Death },
    /// Time passes.
    Pass { seconds: u64 },
    /// The process is frozen for longer than a lease; a worker that thaws first looks for lanes.
    Freeze,
    /// Leases are renewed.
    Renew(Death),
    /// The process dies between two calls.
    Die,
}

/// Whether the process dies at a call to the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Death {
    Never,
    Before,
    /// The store has been asked, and nobody hears the answer.
    During,
    After,
}

/// What becomes of a POST.
#[derive(Debug, Clone, Copy)]
enum PostFate {
    Accepted,
    /// Accepted, but the answer is lost.
    Unanswered,
    /// Lost on its way, which looks the same.
    Lost,
    Refused,
    /// The process dies after it was accepted.
    AcceptedAndDead,
    /// The process dies before it was.
    LostAndDead,
}

fn death() -> impl Strategy<Value = Death> {
    prop_oneof![
        50 => Just(Death::Never),
        1 => Just(Death::Before),
        1 => Just(Death::During),
        1 => Just(Death::After),
    ]
}

fn fate() -> impl Strategy<Value = PostFate> {
    prop_oneof![
        12 => Just(PostFate::Accepted),
        1 => Just(PostFate::Unanswered),
        1 => Just(PostFate::Lost),
        1 => Just(PostFate::Refused),
        1 => Just(PostFate::AcceptedAndDead),
        1 => Just(PostFate::LostAndDead),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let message = prop_oneof![4 => Just(None), 1 => (0..50_usize).prop_map(Some)];
    let wish = prop_oneof![Just(Wish::Lease), Just(Wish::Leave)];
    prop_oneof![
        4 => (0..world::PEOPLE, vec(message, 1..4), wish, death())
            .prop_map(|(who, messages, wish, death)| Step::Deliver { who, messages, wish, death }),
        3 => death().prop_map(Step::Claim),
        12 => (0..8_usize, fate(), death())
            .prop_map(|(worker, fate, death)| Step::Work { worker, fate, death }),
        3 => (0..50_usize, any::<bool>(), death())
            .prop_map(|(post, read, death)| Step::Status { post, read, death }),
        2 => (1..20_u64).prop_map(|seconds| Step::Pass { seconds }),
        1 => Just(Step::Freeze),
        1 => death().prop_map(Step::Renew),
        1 => Just(Step::Die),
    ]
}
