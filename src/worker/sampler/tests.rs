use std::time::{Duration, Instant};

use super::thread::SamplerThread;
use super::*;
use crate::gan::{ModelInfo, generator};
use crate::latent::noise::{self, Noise, Purpose};
use crate::worker::Latest;
use crate::worker::waker::Waker;

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
    }
}

fn wait(sampler: &Sampler, view: View, ready: impl Fn(&Sampled) -> bool) -> Sampled {
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
    let sampler = Sampler::start(Weights::Fixed(Arc::clone(&model)), Waker::none());
    sampler.ask(View::Wall, request(1, 7));
    sampler.ask(View::Face, request(2, 1));
    let wall = wait(&sampler, View::Wall, |s| s.stamp == 1).wall;
    assert_eq!((wall.count, wall.columns, wall.step), (7, 3, 7));
    assert_eq!((wall.picture.width, wall.picture.height), (96, 96));
    let face = wait(&sampler, View::Face, |s| s.stamp == 2).wall;
    let expected = model.draw(&noise::wall(2, 1, 4)).unwrap();
    assert_eq!(face.picture, expected[0]);
    assert!(sampler.weights().is_some());
}

#[test]
fn live_weights_draw_the_face_anew() {
    let slot = Arc::new(Latest::default());
    let sampler = Sampler::start(Weights::Live(Arc::clone(&slot)), Waker::none());
    sampler.ask(View::Face, request(1, 1));
    slot.put(snapshot(1, 1));
    let first = wait(&sampler, View::Face, |s| s.wall.step == 1);
    slot.put(snapshot(2, 2));
    let second = wait(&sampler, View::Face, |s| s.wall.step == 2);
    assert_eq!(first.stamp, second.stamp);
    assert_ne!(first.wall.picture, second.wall.picture);
}

#[test]
fn followers_take_turns_and_the_newest_request_of_each_counts() {
    let sampler = Sampler::start(Weights::Fixed(snapshot(1, 1)), Waker::none());
    for place in 0..5 {
        sampler.ask(View::Strip(place), request(place as u64, 7));
    }
    // A hand that never rests: the face is asked again and again while strips are drawn.
    for stamp in 10..40 {
        sampler.ask(View::Face, request(stamp, 1));
        wait(&sampler, View::Face, |s| s.stamp == stamp);
    }
    for place in 0..5 {
        let strip = wait(&sampler, View::Strip(place), |s| s.stamp == place as u64);
        assert_eq!(strip.wall.count, 7);
    }
    sampler.ask(View::Wall, request(50, 30));
    sampler.ask(View::Wall, request(51, 2));
    wait(&sampler, View::Wall, |s| s.stamp == 51);
}

#[test]
fn a_hand_that_never_rests_does_not_starve_strips_beside_training() {
    let (shared, slot) = (Arc::new(Shared::new()), Arc::new(Latest::default()));
    slot.put(snapshot(1, 1));
    let weights = Weights::Live(slot);
    let mut painter = SamplerThread::new(Arc::clone(&shared), weights, Waker::none());
    let desk = |view: View| &shared.desks[view.desk()];
    let mut seen = 0;
    for stamp in 0..40 {
        // Another face and another strip before each few faces that are drawn.
        desk(View::Face).request.put(Some(request(stamp, 1)));
        desk(View::Strip(0)).request.put(Some(request(stamp, 7)));
        assert!(painter.draw_next() && painter.draw_next());
        assert_eq!(desk(View::Face).reply.take().unwrap().stamp, stamp);
        seen += usize::from(desk(View::Strip(0)).reply.take().is_some());
    }
    assert_eq!(seen, 10);
    // The newest is seen in the end.
    while painter.draw_next() {}
    assert_eq!(desk(View::Strip(0)).reply.take().unwrap().stamp, 39);
}

#[test]
fn frozen_weights_stay_until_they_are_let_go() {
    let slot = Arc::new(Latest::default());
    let sampler = Sampler::start(Weights::Live(Arc::clone(&slot)), Waker::none());
    sampler.ask(View::Face, request(1, 1));
    slot.put(snapshot(1, 1));
    wait(&sampler, View::Face, |s| s.wall.step == 1);
    sampler.freeze(true);
    slot.put(snapshot(2, 2));
    sampler.ask(View::Face, request(2, 1));
    let frozen = wait(&sampler, View::Face, |s| s.stamp == 2);
    assert_eq!(frozen.wall.step, 1);
    sampler.freeze(false);
    wait(&sampler, View::Face, |s| s.wall.step == 2);
}

#[test]
fn every_view_has_a_desk_of_its_own() {
    assert!(View::all().enumerate().all(|(at, view)| view.desk() == at));
}

#[test]
fn dropping_never_hangs() {
    drop(Sampler::start(Weights::Live(Arc::default()), Waker::none()));
    let sampler = Sampler::start(Weights::Fixed(snapshot(1, 1)), Waker::none());
    sampler.ask(View::Wall, request(1, 1000));
    drop(sampler);
}
