//! The Explore screen on a small network, and what a hand does there.

use std::path::{Path, PathBuf};

use candle_core::Device;
use egui::accesskit::Role;
use egui::{Key, Modifiers, Pos2, Rect};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use morphogan::gan::{ModelInfo, discriminator, generator};
use morphogan::latent::noise::{Noise, Purpose};
use morphogan::latent::{Direction, Method};
use morphogan::run::model_file::{Kernels, Model};
use morphogan::session::Exploration;
use morphogan::ui::WindowOptions;

use super::{Window, app, until, until_seen, window};

pub const LATENT: usize = 30;

/// A model with a discriminator and directions along its components.
pub fn network() -> Model {
    let info = ModelInfo {
        size: 32,
        channels: 3,
        latent: LATENT,
        width: 4,
        data: "Nothing yet".into(),
        ..ModelInfo::default()
    };
    let mut noise = Noise::new(1, Purpose::Weights);
    let direction = |place: usize, name: &str, quality: f32| Direction {
        name: name.into(),
        method: Method::Label {
            quality,
            effect: None,
        },
        sigma: (0..LATENT)
            .map(|i| f32::from(u8::from(i == place)))
            .collect(),
    };
    let mut directions = vec![direction(0, "smile", 0.9), direction(1, "glasses", 0.8)];
    directions.extend((2..12).map(|place| direction(place, &format!("factor {place}"), 0.1)));
    Model {
        generator: generator(&info, &mut noise, &Device::Cpu).unwrap().into(),
        discriminator: Some(discriminator(&info, &mut noise, &Device::Cpu).unwrap()),
        directions,
        info,
        kernels: Kernels::default(),
    }
}

/// It as a file.
pub fn model(folder: &Path) -> PathBuf {
    let path = folder.join("tiny.safetensors");
    network().save(&path).unwrap();
    path
}

pub fn exploring(folder: &Path) -> Window {
    let mut harness = window(WindowOptions {
        model: Some(model(folder)),
        shelf: Some(folder.join("data/shelf.json")),
        pictures: Some(folder.join("pictures")),
        ..WindowOptions::default()
    });
    until_seen(&mut harness, "Current face");
    until(&mut harness, "faces", |app| app.is_settled());
    harness
}

pub fn state(harness: &Window) -> &Exploration {
    app(harness).explored().unwrap()
}

pub fn component(harness: &Window, place: usize) -> f32 {
    state(harness).pose().current.0[place]
}

pub fn rect(harness: &Window, role: Role, label: &str) -> Rect {
    harness.get_by_role_and_label(role, label).rect()
}

/// The last value of a strip, which hangs on how much its direction changes.
pub fn reach(harness: &Window, strip: &str) -> f32 {
    let node = harness.get_by_role_and_label(Role::Slider, strip);
    let most = node.accesskit_node().max_numeric_value();
    most.unwrap() as f32
}

pub fn drag(harness: &mut Window, way: &[Pos2]) {
    let [first, .., last] = way else { return };
    harness.drag_at(*first);
    harness.run_steps(2);
    for place in &way[1..] {
        harness.hover_at(*place);
        harness.run_steps(2);
    }
    harness.drop_at(*last);
    harness.run_steps(3);
}

/// From left to right along the middle.
pub fn along(rect: Rect, shares: &[f32]) -> Vec<Pos2> {
    let at = |share: &f32| egui::pos2(rect.left() + share * rect.width(), rect.center().y);
    shares.iter().map(at).collect()
}

pub fn key(harness: &mut Window, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

pub fn undo(harness: &mut Window) {
    key(harness, Modifiers::COMMAND, Key::Z);
}
