use proptest::prelude::*;

use super::*;
use crate::latent::Method;
use crate::latent::{LabelEffect, noise};

#[test]
fn the_slider_moves_the_face_and_one_drag_is_one_step() {
    let mut explore = Exploration::new(8);
    let start = explore.pose().clone();
    for share in 1..=10 {
        explore.go(Move::Go(share as f32 / 10.0), Some(1));
    }
    assert_eq!(explore.pose().current, explore.pose().b);
    assert!(explore.pose().is_on_the_way());
    explore.go(Move::Component(3, 2.5), Some(2));
    assert!(!explore.pose().is_on_the_way());
    assert_eq!(explore.pose().current.0[3], 2.5);
    assert!(explore.undo() && explore.undo());
    assert_eq!(*explore.pose(), start);
    assert!(!explore.can_undo());
    assert!(explore.redo());
    assert_eq!(explore.pose().t, 1.0);
}

#[test]
fn the_current_face_becomes_an_end() {
    let mut explore = Exploration::new(4);
    explore.go(Move::Random, None);
    explore.go(Move::SetB, None);
    assert_eq!(explore.pose().b, explore.pose().current);
    assert!(explore.pose().is_on_the_way());
    let way = explore.pose().way();
    assert_eq!((way.len(), &way[8]), (WAY, &explore.pose().b));
    explore.go(Move::Swap, None);
    assert_eq!(explore.pose().a, explore.pose().current);
    assert_eq!(explore.pose().t, 0.0);
}

#[test]
fn a_picked_face_is_marked_until_it_is_changed() {
    let mut explore = Exploration::new(4);
    assert_eq!(explore.picked(), None);
    explore.go(Move::Pick(5), None);
    assert_eq!(explore.picked(), Some(5));
    explore.go(Move::Component(0, 0.5), None);
    assert_eq!(explore.picked(), None);
    explore.undo();
    assert_eq!(explore.picked(), Some(5));
    let before = explore.wall().to_vec();
    explore.new_wall();
    assert!(explore.wall().iter().all(|face| !before.contains(face)));
}

#[test]
fn a_place_that_does_not_exist_changes_nothing() {
    let mut explore = Exploration::new(4);
    for what in [
        Move::Component(99, 1.0),
        Move::Pick(99),
        Move::Lock(99, true),
        Move::Unkeep(3),
        Move::Rename(3, "x".into()),
        Move::Corner(9, Latent::zeros(4)),
        Move::Remove(Term::B, 0),
        Move::DropDirection(0),
        Move::Learn("hat".into()),
    ] {
        explore.go(what, None);
    }
    assert!(!explore.can_undo());
}

#[test]
fn locked_components_stay_and_the_others_are_shuffled() {
    let mut explore = Exploration::new(6);
    let before = explore.pose().current.clone();
    explore.go(Move::Lock(2, true), None);
    explore.go(Move::Shuffle, None);
    let after = explore.pose().current.clone();
    for place in 0..6 {
        assert_eq!(after.0[place] == before.0[place], place == 2);
    }
    // A stroke of the mouse spares them too; a typed number is meant.
    explore.go(Move::Components(vec![(1, 0.0), (2, 0.0)]), None);
    assert_eq!(
        explore.pose().current.0[..3],
        [after.0[0], 0.0, before.0[2]]
    );
    explore.go(Move::Component(2, 0.25), None);
    assert_eq!(explore.pose().current.0[2], 0.25);
    assert_eq!(explore.pose().before, before);
    explore.go(Move::Revert, None);
    assert_eq!(explore.pose().current, before);
}

#[test]
fn a_wall_gathers_around_a_face() {
    let mut explore = Exploration::new(100);
    let distance = |explore: &Exploration| {
        let current = &explore.pose().current;
        let far = |face: &Latent| current.blended(face, 0.5).norm();
        explore.wall().iter().map(far).sum::<f32>()
    };
    let random = distance(&explore);
    explore.set_likeness(0.9);
    assert!(distance(&explore) > random);
    let lengths: Vec<f32> = explore.wall().iter().map(Latent::norm).collect();
    assert!(lengths.iter().all(|norm| (7.0..13.0).contains(norm)));
    explore.set_likeness(0.0);
    assert_eq!(distance(&explore), random);
    explore.more_like(Latent::zeros(100));
    assert_eq!(explore.likeness(), MORE_LIKE);
}

#[test]
fn truncation_is_a_share_of_the_usual_length() {
    let mut explore = Exploration::new(100);
    let before = explore.pose().current.clone();
    explore.go(Move::Truncate(0.5), None);
    assert!((explore.pose().truncation() - 0.5).abs() < 1e-5);
    explore.go(Move::Truncate(0.0), None);
    assert!((explore.pose().truncation() - LEAST_TRUNCATION).abs() < 1e-5);
    explore.go(Move::Truncate(before.norm() / 10.0), None);
    assert!(explore.pose().current.is_near(&before, 1e-4));
}

#[test]
fn directions_are_made_of_examples_and_found_ones_are_sorted() {
    let mut explore = Exploration::new(4);
    let direction = |method: Method| Direction {
        name: "x".into(),
        method,
        sigma: vec![1.0, 0.0, 0.0, 0.0],
    };
    let mut short = direction(Method::Sefa { rank: 0 });
    short.sigma.pop();
    explore.find(vec![short, direction(Method::Sefa { rank: 1 })]);
    explore.find(vec![
        direction(Method::Label {
            quality: 0.9,
            effect: None,
        }),
        direction(Method::Label {
            quality: 0.3,
            effect: None,
        }),
        direction(Method::Label {
            quality: 0.6,
            effect: None,
        }),
    ]);
    explore.find(vec![direction(Method::Sefa { rank: 7 })]);
    let methods: Vec<Method> = explore.directions().map(|d| d.method.clone()).collect();
    // Labels before all, as they were found: a model file's keep the order that somebody gave them.
    let label = |quality: f32| Method::Label {
        quality,
        effect: None,
    };
    let expected = [label(0.9), label(0.3), label(0.6), Method::Sefa { rank: 7 }];
    assert_eq!(methods, expected);

    for seed in 0..3 {
        explore.go(Move::Add(Term::A, noise::face(seed, 4)), None);
        assert_eq!(explore.pose().board.lacks(), (2 - seed as usize, 3));
    }
    for seed in 3..6 {
        explore.go(Move::Add(Term::B, noise::face(seed, 4)), None);
    }
    assert_eq!(explore.pose().board.around().len(), NEIGHBOURS + 1);
    explore.go(Move::Learn("hat".into()), None);
    assert_eq!(explore.directions().next().unwrap().name, "hat");
    explore.go(Move::RenameDirection(0, "cap".into()), None);
    assert_eq!(explore.directions().next().unwrap().name, "cap");
    explore.undo();
    explore.undo();
    assert_eq!(explore.directions().count(), 4);
}

/// Any move there is, also to places that do not exist.
fn any_move() -> impl Strategy<Value = Move> {
    let latent = || prop::collection::vec(-3.0f32..3.0, 5).prop_map(Latent);
    let place = || 0usize..8;
    let term = || prop::sample::select(Term::ALL.to_vec());
    let saved = || {
        latent().prop_map(|latent| SavedFace {
            name: "Ada".into(),
            latent,
            model: String::new(),
            fingerprint: String::new(),
        })
    };
    let direction = latent().prop_map(|latent| {
        Box::new(Direction {
            name: "d".into(),
            method: Method::Sefa { rank: 0 },
            sigma: latent.0,
        })
    });
    let face = prop_oneof![
        (place(), -3.0f32..3.0).prop_map(|(at, value)| Move::Component(at, value)),
        prop::collection::vec((place(), -3.0f32..3.0), 0..5).prop_map(Move::Components),
        (place(), any::<bool>()).prop_map(|(at, on)| Move::Lock(at, on)),
        any::<bool>().prop_map(Move::LockAll),
        Just(Move::Shuffle),
        (direction, -4.0f32..4.0).prop_map(|(along, to)| Move::Along(along, to)),
        (0.0f32..2.0).prop_map(Move::Truncate),
        latent().prop_map(Move::Face),
        latent().prop_map(Move::Change),
        (0usize..30).prop_map(Move::Pick),
        Just(Move::Random),
        Just(Move::Zero),
        Just(Move::Revert),
    ];
    let way = prop_oneof![
        Just(Move::SetA),
        Just(Move::SetB),
        latent().prop_map(Move::Begin),
        latent().prop_map(Move::End),
        (latent(), latent()).prop_map(|(a, b)| Move::Way(a, b)),
        Just(Move::Swap),
        (-0.5f32..1.5).prop_map(Move::Go),
        Just(Move::How(Interpolation::Lerp)),
        (place(), latent()).prop_map(|(at, face)| Move::Corner(at, face)),
        (-0.5f32..1.5, -0.5f32..1.5).prop_map(|(x, y)| Move::Pad(x, y)),
    ];
    let kept = prop_oneof![
        saved().prop_map(|face| Move::Keep(Box::new(face))),
        prop::collection::vec(saved(), 0..3).prop_map(Move::KeepAll),
        (place(), "[a-z]{0,4}").prop_map(|(at, name)| Move::Rename(at, name)),
        place().prop_map(Move::Unkeep),
        (term(), latent()).prop_map(|(term, face)| Move::Add(term, face)),
        (term(), place()).prop_map(|(term, at)| Move::Remove(term, at)),
        Just(Move::ClearBoard),
        "[a-z]{0,4}".prop_map(Move::Learn),
        "[a-z]{0,4}".prop_map(|name| Move::LearnApart(name, Vec::new())),
        (place(), "[a-z]{0,4}").prop_map(|(at, name)| Move::RenameDirection(at, name)),
        place().prop_map(Move::DropDirection),
    ];
    prop_oneof![face, way, kept]
}

proptest! {
    /// The gesture's number says which moves belong to one drag.
    #[test]
    fn undoing_everything_gives_the_start(
        moves in prop::collection::vec((any_move(), prop::option::of(0u64..3)), 0..120),
    ) {
        let mut explore = Exploration::new(5);
        let start = explore.pose().clone();
        for (what, gesture) in moves {
            explore.go(what, gesture);
        }
        let end = explore.pose().clone();
        while explore.undo() {}
        prop_assert_eq!(explore.pose(), &start);
        while explore.redo() {}
        prop_assert_eq!(explore.pose(), &end);
    }
}

#[test]
fn faces_and_directions_of_another_latent_space_move_nothing() {
    let mut explore = Exploration::new(4);
    let start = explore.pose().clone();
    let (other, own) = (noise::face(9, 7), noise::face(9, 4));
    let direction = Direction {
        name: "x".into(),
        method: Method::Sefa { rank: 0 },
        sigma: vec![1.0; 7],
    };
    for what in [
        Move::Face(other.clone()),
        Move::Change(other.clone()),
        Move::Begin(other.clone()),
        Move::End(other.clone()),
        Move::Way(own.clone(), other.clone()),
        Move::Corner(1, other.clone()),
        Move::Add(Term::A, other.clone()),
        Move::Along(Box::new(direction), 1.0),
    ] {
        explore.go(what.clone(), None);
        assert_eq!(*explore.pose(), start, "{what:?}");
    }
    assert!(!explore.can_undo());
    let wall = explore.wall().to_vec();
    explore.more_like(other);
    assert_eq!(explore.wall(), wall);
}

#[test]
fn the_wall_is_like_the_face_that_is_current_now() {
    let mut explore = Exploration::new(50);
    explore.set_likeness(0.9);
    explore.go(Move::Random, None);
    let current = explore.pose().current.clone();
    let cosine = |a: &Latent, b: &Latent| -> f32 {
        let product: f32 = a.0.iter().zip(&b.0).map(|(x, y)| x * y).sum();
        product / (a.norm() * b.norm())
    };
    let all_alike = |explore: &Exploration| {
        let faces = explore.wall().iter();
        faces.map(|face| cosine(face, &current)).all(|x| x > 0.6)
    };
    assert!(
        !all_alike(&explore),
        "planted: the wall is like the face before"
    );
    explore.set_likeness(0.8);
    assert!(all_alike(&explore));
    explore.go(Move::Component(0, 0.1), None);
    explore.new_wall();
    assert!(all_alike(&explore));
}

#[test]
fn a_component_that_is_found_anew_keeps_its_way() {
    let mut explore = Exploration::new(3);
    let component = |sigma: [f32; 3], rank| Direction {
        name: format!("component {rank}"),
        method: Method::Pca { rank, share: 0.1 },
        sigma: sigma.to_vec(),
    };
    explore.find(vec![
        component([1.0, 0.0, 0.0], 0),
        component([0.0, 1.0, 0.0], 1),
    ]);
    // A little further, in another order, and one of them upside down.
    explore.find(vec![
        component([0.1, -0.99, 0.0], 0),
        component([0.99, 0.1, 0.0], 1),
    ]);
    let found: Vec<f32> = explore.directions().map(|found| found.sigma[1]).collect();
    assert_eq!(found, [0.99, 0.1]);
}

#[test]
fn a_direction_that_was_made_is_not_found_a_second_time() {
    let mut explore = Exploration::new(4);
    for seed in 0..3 {
        explore.go(Move::Add(Term::A, noise::face(seed, 4)), None);
        explore.go(Move::Add(Term::B, noise::face(10 + seed, 4)), None);
    }
    explore.go(Move::Learn("hat".into()), None);
    let made = explore.directions().next().unwrap().clone();
    explore.find(vec![made]);
    assert_eq!(explore.directions().count(), 1);
}

#[test]
fn the_same_shelf_read_again_leaves_undo_as_it_is() {
    let mut explore = Exploration::new(4);
    let saved = SavedFace {
        name: "Ada".into(),
        latent: noise::face(1, 4),
        model: String::new(),
        fingerprint: String::new(),
    };
    explore.go(Move::Keep(Box::new(saved)), None);
    explore.go(Move::Unkeep(0), None);
    explore.load_shelf(Arc::default());
    explore.undo();
    assert_eq!(explore.pose().shelf.len(), 1, "what was deleted comes back");
}

#[test]
fn directions_that_are_looked_for_stand_beside_those_of_the_model_and_can_be_undone() {
    let mut explore = Exploration::new(3);
    let label = |name: &str, sigma: [f32; 3]| Direction {
        name: name.into(),
        method: Method::Label {
            quality: 0.5,
            effect: None,
        },
        sigma: sigma.to_vec(),
    };
    let names = |explore: &Exploration| -> Vec<String> {
        let all = explore.directions();
        all.map(|direction| direction.name.clone()).collect()
    };
    let own = label("smile", [1.0, 0.0, 0.0]);
    explore.give(vec![own.clone(), label("hat", [0.0, 1.0, 0.0])]);
    let found = label("smile", [0.9, 0.1, 0.0]);
    // The same once more is nothing new.
    explore.find_more(vec![found, own, label("beard", [0.0, 0.0, 1.0])]);
    assert_eq!(names(&explore), ["smile", "hat", "smile 2", "beard"]);
    explore.find_more(vec![label("wink", [0.5, 0.5, 0.0])]);
    assert_eq!(names(&explore), ["smile", "hat", "wink"]);
    explore.undo();
    assert_eq!(names(&explore), ["smile", "hat", "smile 2", "beard"]);
    explore.undo();
    assert_eq!(names(&explore), ["smile", "hat"]);
    // What a run's network brings by itself is no step.
    explore.find(vec![label("nod", [0.0, 0.5, 0.5])]);
    assert!(!explore.can_undo());
    explore.redo();
    assert_eq!(names(&explore), ["smile", "hat", "nod"]);
}

#[test]
fn directions_that_break_their_word_are_not_offered_and_the_strongest_come_first() {
    let mut explore = Exploration::new(3);
    let label = |name: &str, place: usize, effect: Option<(f32, f32)>| Direction {
        name: name.into(),
        method: Method::Label {
            quality: 0.5,
            effect: effect.map(|(own, other)| LabelEffect {
                own,
                other,
                other_name: "age".into(),
            }),
        },
        sigma: (0..3)
            .map(|i| if i == place { 1.0 } else { 0.1 * place as f32 })
            .collect(),
    };
    let names = |explore: &Exploration| -> Vec<String> {
        let all = explore.directions();
        all.map(|direction| direction.name.clone()).collect()
    };
    explore.give(vec![
        label("hat", 0, Some((1.0, 0.5))),
        label("unknown", 1, None),
        label("smile", 2, Some((2.0, 0.2))),
    ]);
    assert_eq!(names(&explore), ["smile", "hat", "unknown"]);
    explore.find_more(vec![
        label("beard", 3, Some((0.4, 0.9))),
        label("nod", 4, Some((3.0, 0.1))),
    ]);
    assert_eq!(names(&explore), ["smile", "hat", "unknown", "nod"]);
    let left: Vec<&str> = explore.left_out().map(|one| one.name.as_str()).collect();
    assert_eq!(left, ["beard"]);
    assert_eq!(explore.all_directions().count(), 5);
    // Kept as a person's own are those that were offered; each is one step of undo.
    explore.go(Move::KeepFound, None);
    assert_eq!(names(&explore), ["nod", "smile", "hat", "unknown"]);
    assert_eq!(
        explore.origin(&explore.pose().made[0].clone()),
        Origin::Made
    );
    assert_eq!(explore.left_out().count(), 1);
    explore.undo();
    explore.go(Move::DropFound, None);
    assert_eq!((names(&explore).len(), explore.left_out().count()), (3, 0));
    explore.undo();
    assert_eq!(names(&explore).len(), 4);
}

#[test]
fn what_was_made_with_a_model_goes_with_it_and_its_board_comes_back() {
    let mut explore = Exploration::new(2);
    let made = |sigma: [f32; 2]| Direction {
        name: "mine".into(),
        method: Method::Examples { count: (3, 3) },
        sigma: sigma.to_vec(),
    };
    explore.load_made(vec![made([1.0, 0.0]), made([0.0, 1.0])]);
    explore.forget_directions(&[made([1.0, 0.0])]);
    assert_eq!(*explore.pose().made, [made([0.0, 1.0])]);
    let face = noise::face(1, 2);
    let empty = Board::default();
    explore.load_board(Board::from_faces(&[vec![face.clone()], Vec::new()]), &empty);
    assert_eq!(
        explore.pose().board.of(Term::A),
        std::slice::from_ref(&face)
    );
    // Those of another latent space, and empty ones, change nothing.
    let seen = Board::clone(&explore.pose().board);
    explore.load_board(Board::from_faces(&[vec![noise::face(1, 3)]]), &seen);
    explore.load_board(Board::default(), &seen);
    assert_eq!(explore.pose().board.all().count(), 1);
    // One that came along makes room, one that a person has put together since does not.
    let other = Board::from_faces(&[vec![noise::face(2, 2)]]);
    let mut along = explore.clone();
    along.load_board(other.clone(), &seen);
    assert_eq!(*along.pose().board, other);
    assert!(!along.can_undo());
    explore.go(Move::Add(Term::B, face), None);
    let own = Board::clone(&explore.pose().board);
    explore.load_board(other, &seen);
    assert_eq!(*explore.pose().board, own);
}

#[test]
fn directions_of_an_earlier_start_come_back_without_a_step_of_undo() {
    let mut explore = Exploration::new(2);
    let made = |sigma: [f32; 2]| Direction {
        name: "mine".into(),
        method: Method::Examples { count: (3, 3) },
        sigma: sigma.to_vec(),
    };
    explore.go(Move::Random, None);
    explore.give(vec![made([1.0, 0.0])]);
    explore.load_made(vec![made([1.0, 0.0]), made([0.0, 1.0])]);
    explore.load_made(vec![made([0.0, 1.0])]);
    assert_eq!(explore.directions().count(), 2);
    explore.undo();
    assert_eq!((explore.pose().made.len(), explore.can_undo()), (2, false));
}
