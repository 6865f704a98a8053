use std::time::{Duration, Instant};

use super::thread::SamplerThread;
use super::*;
use crate::gan::{ModelInfo, generator};
use crate::latent::noise::{self, Noise, Purpose};
use crate::worker::Latest;
use crate::worker::waker::Waker;

const FACE: ViewId = ViewId(0);
const WALL: ViewId = ViewId(1);
const VIEWS: usize = 7;

fn strip(place: usize) -> ViewId {
    ViewId(WALL.0 + 1 + place)
}

fn snapshot(seed: u64, step: u64) -> Arc<Snapshot> {
    let info = ModelInfo {
        step,
        ..ModelInfo::small(4, 2)
    };
    let mut noise = Noise::new(seed, Purpose::Weights);
    let generator = generator(&info, &mut noise, &candle_core::Device::Cpu).unwrap();
    Arc::new(Snapshot::new(info, generator))
}

fn request(stamp: u64, count: usize) -> SampleRequest {
    SampleRequest {
        stamp,
        latents: noise::wall(stamp, count, 4),
        columns: 3,
        ..SampleRequest::default()
    }
}

fn face(stamp: u64) -> SampleRequest {
    SampleRequest {
        priority: Priority::AtOnce,
        ..request(stamp, 1)
    }
}

fn unbroken(stamp: u64) -> SampleRequest {
    SampleRequest {
        priority: Priority::Unbroken,
        ..request(stamp, 7)
    }
}

fn wait(sampler: &Sampler, view: ViewId, ready: impl Fn(&SampleReply) -> bool) -> SampleReply {
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs(20) {
        match sampler.take(view).filter(&ready) {
            Some(sampled) => return sampled,
            None => std::thread::sleep(Duration::from_millis(2)),
        }
    }
    panic!("no reply");
}

#[test]
fn every_view_gets_its_faces() {
    let model = snapshot(1, 7);
    let sampler = Sampler::start(Weights::Fixed(Arc::clone(&model)), VIEWS, Waker::none());
    sampler.ask(WALL, request(1, 7));
    sampler.ask(FACE, face(2));
    let wall = wait(&sampler, WALL, |s| s.stamp == 1).wall;
    assert_eq!((wall.count, wall.columns, wall.step), (7, 3, 7));
    assert_eq!((wall.picture.width, wall.picture.height), (96, 96));
    let face = wait(&sampler, FACE, |s| s.stamp == 2).wall;
    let expected = model.draw(&noise::wall(2, 1, 4)).unwrap();
    assert_eq!(face.picture, expected[0]);
    assert!(sampler.weights().is_some());
}

#[test]
fn live_weights_draw_the_face_anew() {
    let slot = Arc::new(Latest::default());
    let sampler = Sampler::start(Weights::Live(Arc::clone(&slot)), VIEWS, Waker::none());
    sampler.ask(FACE, face(1));
    slot.put(snapshot(1, 1));
    let first = wait(&sampler, FACE, |s| s.wall.step == 1);
    slot.put(snapshot(2, 2));
    let second = wait(&sampler, FACE, |s| s.wall.step == 2);
    assert_eq!(first.stamp, second.stamp);
    assert_ne!(first.wall.picture, second.wall.picture);
}

#[test]
fn followers_take_turns_and_the_newest_request_of_each_counts() {
    let sampler = Sampler::start(Weights::Fixed(snapshot(1, 1)), VIEWS, Waker::none());
    for place in 0..5 {
        sampler.ask(strip(place), unbroken(place as u64));
    }
    // A hand that never rests: the face is asked again and again while strips are drawn.
    for stamp in 10..40 {
        sampler.ask(FACE, face(stamp));
        wait(&sampler, FACE, |s| s.stamp == stamp);
    }
    for place in 0..5 {
        let strip = wait(&sampler, strip(place), |s| s.stamp == place as u64);
        assert_eq!(strip.wall.count, 7);
    }
    sampler.ask(WALL, request(50, 30));
    sampler.ask(WALL, request(51, 2));
    wait(&sampler, WALL, |s| s.stamp == 51);
}

#[test]
fn a_hand_that_never_rests_does_not_starve_strips_beside_training() {
    let (shared, slot) = (Arc::new(Shared::new(VIEWS)), Arc::new(Latest::default()));
    slot.put(snapshot(1, 1));
    let weights = Weights::Live(slot);
    let mut painter = SamplerThread::new(Arc::clone(&shared), weights, Waker::none());
    let slots_of = |view: ViewId| shared.slots_of(view).unwrap();
    let mut seen = 0;
    for stamp in 0..40 {
        // Another face and another strip before each few faces that are drawn.
        slots_of(FACE).request.put(Some(face(stamp)));
        slots_of(strip(0)).request.put(Some(unbroken(stamp)));
        assert!(painter.draw_next() && painter.draw_next());
        assert_eq!(slots_of(FACE).reply.take().unwrap().stamp, stamp);
        seen += usize::from(slots_of(strip(0)).reply.take().is_some());
    }
    assert_eq!(seen, 10);
    // The newest is seen in the end.
    while painter.draw_next() {}
    assert_eq!(slots_of(strip(0)).reply.take().unwrap().stamp, 39);
}

#[test]
fn a_film_of_several_faces_that_plays_is_seen() {
    let (shared, slot) = (Arc::new(Shared::new(VIEWS)), Arc::new(Latest::default()));
    slot.put(snapshot(1, 1));
    let weights = Weights::Live(slot);
    let mut painter = SamplerThread::new(Arc::clone(&shared), weights, Waker::none());
    let slots = shared.slots_of(FACE).unwrap();
    let mut seen = Vec::new();
    for stamp in 0..40 {
        // Another picture of nine faces before each few of them that are drawn.
        slots.request.put(Some(SampleRequest {
            priority: Priority::AtOnce,
            ..request(stamp, 9)
        }));
        assert!(painter.draw_next());
        seen.extend(
            slots
                .reply
                .take()
                .map(|reply| (reply.stamp, reply.wall.count)),
        );
    }
    // Five passes each beside training, and the newest picture behind each.
    let wanted: Vec<(u64, usize)> = (0..8).map(|place| (5 * place, 9)).collect();
    assert_eq!(seen, wanted);
}

#[test]
fn frozen_weights_stay_until_they_are_let_go() {
    let slot = Arc::new(Latest::default());
    let sampler = Sampler::start(Weights::Live(Arc::clone(&slot)), VIEWS, Waker::none());
    sampler.ask(FACE, face(1));
    slot.put(snapshot(1, 1));
    wait(&sampler, FACE, |s| s.wall.step == 1);
    sampler.freeze(true);
    slot.put(snapshot(2, 2));
    sampler.ask(FACE, face(2));
    let frozen = wait(&sampler, FACE, |s| s.stamp == 2);
    assert_eq!(frozen.wall.step, 1);
    sampler.freeze(false);
    wait(&sampler, FACE, |s| s.wall.step == 2);
}

#[test]
fn dropping_never_hangs() {
    drop(Sampler::start(
        Weights::Live(Arc::default()),
        VIEWS,
        Waker::none(),
    ));
    let sampler = Sampler::start(Weights::Fixed(snapshot(1, 1)), VIEWS, Waker::none());
    sampler.ask(WALL, request(1, 1000));
    drop(sampler);
}
