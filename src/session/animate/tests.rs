use super::*;
use crate::latent::animation::{Easing, MotionPath, Track, TrackKey};
use crate::latent::noise::face;
use crate::latent::{Direction, Method};
use proptest::prelude::*;

fn keys(seeds: impl IntoIterator<Item = u64>) -> Vec<KeyFace> {
    let key = |seed: u64| KeyFace::new(format!("{seed}"), face(seed, 6));
    seeds.into_iter().map(key).collect()
}

fn project(count: u64) -> Project {
    let mut project = Project::default();
    project.change(Change::Insert(0, keys(0..count)), None);
    project
}

fn names(project: &Project) -> String {
    let keys = project.animation().keys.iter();
    keys.map(|key| key.name.as_str())
        .collect::<Vec<_>>()
        .join("")
}

fn track() -> Track {
    Track::new(Direction {
        name: "smile".into(),
        method: Method::Sefa { rank: 0 },
        sigma: vec![1.0; 6],
    })
}

#[test]
fn keys_are_put_in_moved_doubled_and_taken_out() {
    let mut project = project(3);
    assert_eq!(
        (names(&project).as_str(), project.selected()),
        ("012", Some(2))
    );
    project.change(Change::Insert(1, keys([7, 8])), None);
    assert_eq!(
        (names(&project).as_str(), project.selected()),
        ("07812", Some(2))
    );
    project.change(Change::Move(0, 3), None);
    assert_eq!(
        (names(&project).as_str(), project.selected()),
        ("78102", Some(3))
    );
    project.change(Change::Duplicate(4), None);
    assert_eq!(
        (names(&project).as_str(), project.selected()),
        ("781022", Some(5))
    );
    project.change(Change::Delete(5), None);
    assert_eq!(
        (names(&project).as_str(), project.selected()),
        ("78102", Some(4))
    );
    project.change(Change::Delete(0), None);
    assert_eq!(
        (names(&project).as_str(), project.selected()),
        ("8102", Some(3))
    );
    for _ in 0..4 {
        project.change(Change::Delete(0), None);
    }
    assert_eq!((names(&project).as_str(), project.selected()), ("", None));
    while project.undo() {}
    while project.redo() {}
    assert_eq!(names(&project), "");
}

#[test]
fn faces_of_another_latent_space_stay_outside() {
    let mut project = project(1);
    project.change(Change::Insert(0, vec![KeyFace::new("x", face(1, 5))]), None);
    project.change(Change::Face(0, "x".into(), face(1, 5)), None);
    assert_eq!(names(&project), "0");
    assert!(project.fits(6) && !project.fits(5) && Project::default().fits(5));
    let mut other = track();
    other.direction.sigma.pop();
    project.change(Change::AddTrack(Box::new(other)), None);
    assert!(project.animation().tracks.is_empty());
    project.change(Change::Insert(0, keys(0..500)), None);
    assert_eq!(project.animation().keys.len(), MOST_KEYS);
}

#[test]
fn numbers_stay_in_their_ranges() {
    let mut project = project(2);
    for change in [
        Change::Hold(0, -1.0),
        Change::Seconds(1, 1e9),
        Change::Fps(900),
        Change::Truncation(0.0),
        Change::Easing(Easing::Bezier([3.0; 4])),
        Change::KeyEasing(0, Some(Easing::Bezier([-1.0; 4]))),
        Change::Seconds(7, 1.0),
    ] {
        project.change(change, None);
    }
    let animation = project.animation();
    assert_eq!(
        (animation.keys[0].hold, animation.keys[1].seconds),
        (0.0, LONGEST_LEG)
    );
    assert_eq!((animation.fps, animation.easing), (60, Easing::InOut));
    assert_eq!(
        (animation.truncation, animation.keys[0].easing),
        (0.05, None)
    );
}

#[test]
fn keys_of_a_track_keep_their_order() {
    let mut project = project(3);
    project.change(Change::AddTrack(Box::new(track())), None);
    project.change(Change::AddTrack(Box::new(track())), None);
    assert_eq!(project.animation().tracks.len(), 1, "one a direction");
    let key = |at, value| TrackKey { at, value };
    for at in [4.0, 1.0, 2.0] {
        project.change(Change::TrackKey(0, key(at, at)), None);
    }
    project.change(Change::MoveTrackKey(0, 1, key(9.0, -9.0)), None);
    let keys = &project.animation().tracks[0].keys;
    assert_eq!((keys[0].at, keys[1].value, keys[2].at), (1.0, -6.0, 4.0));
    assert!(keys[1].at > 3.99 && keys[1].at < 4.0);
    project.change(Change::RemoveTrackKey(0, 1), None);
    assert_eq!(project.animation().tracks[0].keys.len(), 2);
    project.change(Change::RemoveTrack(0), None);
    assert!(project.animation().tracks.is_empty());
}

#[test]
fn a_file_is_known_until_something_changes() {
    let mut project = project(2);
    assert!(project.is_changed() && project.file().is_none());
    let file = AnimationFile {
        model: "starter".into(),
        fingerprint: "ab".into(),
        animation: project.animation().clone(),
    };
    project.saved(project.document(), "a.morph.json".into(), file.clone());
    assert!(!project.is_changed());
    assert_eq!(
        (project.other_model("ab"), project.other_model("cd")),
        (None, Some("starter"))
    );
    assert_eq!(
        project.other_model(""),
        None,
        "a run's weights have no name"
    );
    project.change(Change::Path(MotionPath::Lerp), None);
    assert!(project.is_changed());
    project.undo();
    assert!(!project.is_changed());
    project.begin_anew(Animation::default());
    assert!(project.animation().keys.is_empty() && !project.is_changed());
    project.open("b.morph.json".into(), file);
    assert_eq!(
        (names(&project).as_str(), project.is_changed()),
        ("01", false)
    );
}

/// What is written next must never go over the file of another animation.
#[test]
fn each_animation_keeps_its_own_file_through_undo() {
    let mut project = project(2);
    let file = |project: &Project| AnimationFile {
        animation: project.animation().clone(),
        ..AnimationFile::default()
    };
    let (first, of_first) = (project.document(), file(&project));
    let mut other = of_first.clone();
    other.animation.keys.pop();
    project.open("b.morph.json".into(), other);
    assert_eq!(project.file(), Some(Path::new("b.morph.json")));
    assert!(project.undo());
    assert_eq!((project.file(), project.is_changed()), (None, true));
    assert!(project.redo());
    // What was asked to be saved before is saved only now.
    project.saved(first, "a.morph.json".into(), of_first);
    assert_eq!(project.file(), Some(Path::new("b.morph.json")));
    assert!(project.undo());
    assert_eq!(
        (project.file(), project.is_changed()),
        (Some(Path::new("a.morph.json")), false)
    );
    project.begin_anew(Animation::default());
    assert_eq!(project.file(), None);
    assert!(project.undo());
    assert_eq!(project.file(), Some(Path::new("a.morph.json")));
}

#[test]
fn an_earlier_animation_goes_on_unless_there_is_another() {
    let file = AnimationFile {
        animation: project(3).animation().clone(),
        ..AnimationFile::default()
    };
    let mut new = Project::default();
    new.restore(file.clone());
    assert_eq!(
        (names(&new).as_str(), new.can_undo(), new.is_changed()),
        ("012", false, true)
    );
    let mut other = project(1);
    other.restore(file.clone());
    assert_eq!(names(&other), "0");
    other.undo();
    other.restore(file);
    assert_eq!(names(&other), "");
}

#[test]
fn a_walk_takes_the_place_of_all_keys() {
    let mut project = project(2);
    project.change(Change::Closed(false), None);
    project.change(Change::Walk(keys([4, 5, 6])), None);
    let animation = project.animation();
    assert_eq!((names(&project).as_str(), animation.closed), ("456", true));
    assert_eq!(
        (animation.path, animation.easing),
        (MotionPath::Spline, Easing::Linear)
    );
    assert_eq!(project.faces_between(0, 4).len(), 4);
}

#[test]
fn a_player_goes_round_its_range() {
    let project = project(4);
    let animation = project.animation();
    assert_eq!(animation.frames(), 240);
    let mut player = Player::default();
    player.advance(1.0, animation);
    assert_eq!(player.at(), 0.0, "it rests");
    player.play(true);
    for _ in 0..30 {
        player.advance(0.1, animation);
    }
    assert_eq!(player.frame(animation), 90);
    player.advance(6.0, animation);
    assert_eq!(player.frame(animation), 30);
    player.step(-31, animation);
    assert_eq!(player.frame(animation), 239);
    player.begin_at(60, animation);
    player.end_at(89, animation);
    assert_eq!(player.range(animation), (60, 89));
    player.advance(0.0, animation);
    assert_eq!(player.frame(animation), 60);
    player.advance(0.999, animation);
    assert_eq!(player.frame(animation), 89);
    player.advance(0.01, animation);
    assert_eq!(player.frame(animation), 60);
    player.step(-1, animation);
    assert_eq!(player.frame(animation), 89);
    // A range that would be empty reaches to the end, or from the beginning.
    player.begin_at(100, animation);
    assert_eq!(player.range(animation), (100, 239));
    player.end_at(50, animation);
    assert_eq!(player.range(animation), (0, 50));
    // At another rate it is the same time.
    player.begin_at(30, animation);
    player.end_at(59, animation);
    let (first, after) = (animation.time_of(30), animation.time_of(60));
    let mut faster = animation.clone();
    faster.fps = 60;
    let (from, to) = player.range(&faster);
    assert_eq!(
        (from, to + 1),
        (faster.frame_at(first), faster.frame_at(after))
    );
    assert_eq!(player.range(animation), (30, 59));
    player.clear_range();
    assert!(!player.has_range());
}

proptest! {
    #[test]
    fn no_change_breaks_an_animation(changes in prop::collection::vec((0usize..14, 0usize..6, -2.0f32..9.0), 0..40)) {
        let mut project = project(3);
        project.change(Change::AddTrack(Box::new(track())), None);
        for (what, place, number) in changes {
            let other = number.max(0.0) as usize;
            project.change(match what {
                0 => Change::Insert(place, keys([place as u64])),
                1 => Change::Face(place, "f".into(), face(other as u64, 6)),
                2 => Change::Move(place, other),
                3 => Change::Duplicate(place),
                4 => Change::Delete(place),
                5 => Change::Hold(place, number),
                6 => Change::Seconds(place, number),
                7 => Change::Closed(other.is_multiple_of(2)),
                8 => Change::TrackKey(0, TrackKey { at: number, value: number }),
                9 => Change::MoveTrackKey(0, place, TrackKey { at: number, value: -number }),
                10 => Change::RemoveTrackKey(0, place),
                11 => Change::AddTrack(Box::new(track())),
                12 => Change::Path(MotionPath::Spline),
                _ => Change::Truncation(number),
            }, None);
            let file = AnimationFile { animation: project.animation().clone(), ..AnimationFile::default() };
            prop_assert!(crate::latent::animation::file::to_json(&file).is_ok());
            prop_assert!(project.selected().is_none_or(|chosen| chosen < project.animation().keys.len()));
        }
        while project.undo() {}
        prop_assert!(project.animation().keys.is_empty());
    }
}
