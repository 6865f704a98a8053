use super::*;
use crate::gan::objective::tests::model;
use crate::latent::noise::face;

fn begun(hold: &Hold) -> Drag {
    let model = model();
    let with = Arc::new(Prepared::new(&model).unwrap());
    Drag::new(with, &face(1, model.info().latent), hold, &[]).unwrap()
}

#[test]
fn scattering_is_the_adjoint_of_cutting_a_patch() {
    let drag = begun(&Hold::default());
    let at = [9.3, 14.6];
    let mut noise = Noise::new(5, Purpose::Faces);
    let patch = drag.with.levels.patch(&drag.maps, at);
    let other = noise.normals(patch.len(), 0.0, 1.0);
    let mut scattered = drag.maps.zeros_like();
    drag.with.levels.scatter(&other, at, &mut scattered);
    let dot =
        |a: &[f32], b: &[f32]| -> f64 { a.iter().zip(b).map(|(a, b)| f64::from(a * b)).sum() };
    let there = dot(&scattered.picture.numbers, &drag.maps.picture.numbers)
        + dot(&scattered.features.numbers, &drag.maps.features.numbers);
    assert!((dot(&patch, &other) - there).abs() < 1e-4 * there.abs().max(1.0));
    // So is spreading of averaging.
    let pooled = drag.maps.picture.pooled(GRID);
    let other = noise.normals(pooled.len(), 0.0, 1.0);
    let mut spread = drag.maps.picture.zeros_like();
    spread.spread(&other, GRID);
    let there = dot(&spread.numbers, &drag.maps.picture.numbers);
    assert!((dot(&pooled, &other) - there).abs() < 1e-4 * there.abs().max(1.0));
}

#[test]
fn the_motion_is_that_of_the_point_that_is_followed() {
    let mut drag = begun(&Hold {
        handle: [15.0, 16.0],
        ..Hold::default()
    });
    let sight = drag.points[0].look(&drag.with.levels, &drag.maps);
    let rows = drag.derivatives(std::slice::from_ref(&sight)).unwrap();
    let [right, down] = sight.motion([rows.row(0), rows.row(1)]);
    for index in 0..drag.z.len() {
        let mut moved = begun(&Hold {
            handle: [15.0, 16.0],
            ..Hold::default()
        });
        let by = 2e-3;
        let mut step = vec![0.0; moved.z.len()];
        step[index] = by;
        // The length is kept only where a face is pulled at.
        moved.norm = norm(
            &moved
                .z
                .iter()
                .zip(&step)
                .map(|(z, s)| z + s)
                .collect::<Vec<_>>(),
        );
        moved.go(&step).unwrap();
        let [x, y] = moved.handle();
        let measured = [f64::from(x - 15.0) / by, f64::from(y - 16.0) / by];
        let expected = [right[index], down[index]];
        for (measured, expected) in measured.into_iter().zip(expected) {
            let off = (measured - expected).abs();
            assert!(off < 0.1 * expected.abs() + 0.15, "{measured} {expected}");
        }
    }
}

#[test]
fn a_handle_comes_nearer_and_the_latent_keeps_its_length() {
    let hold = Hold {
        handle: [15.0, 16.0],
        ..Hold::default()
    };
    let mut drag = begun(&hold);
    let long = drag.latent().norm();
    assert!(!drag.advance().unwrap());
    drag.pull([15.6, 16.0]);
    for _ in 0..30 {
        if !drag.advance().unwrap() {
            break;
        }
    }
    let [x, y] = drag.handle();
    // As near as six numbers let it.
    assert!((x - 15.6).hypot(y - 16.0) < 0.4, "{x} {y}");
    assert!((drag.latent().norm() / long - 1.0).abs() < 1e-4);
    assert_ne!(drag.latent(), face(1, drag.z.len()));
}
