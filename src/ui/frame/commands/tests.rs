use super::keys::NONE;
use super::*;
use Place::*;

/// What can hear a key together with a place, itself aside.
fn beside(place: Place) -> &'static [Place] {
    match place {
        Window => &[],
        Data | Train | Explore | Animate | Models => &[Window],
        CropBox => &[Window, Data, Explore, Control],
        // A face of the wall goes by arrows and Space itself.
        WallFace => &[Window, Control, Face],
        PinnedFace => &[Window, Train, Control, Face, WallFace],
        Control | Slider => &[Window],
        ColourSquare => &[Window, Control],
        ShelfFace | BoardFace => &[Window, Explore, Control, Face],
        Filmstrip | Equaliser | Pad => &[Window, Explore, Control],
        Face => &[Window, Explore, Animate, Control],
        ModelTile => &[Window, Models, Control],
        KeyFace => &[Window, Animate, Control, Face],
        // The lane has no use for Space.
        Track => &[Window, Animate],
        // A window of its own.
        FullScreen => &[],
        // Enter paints or takes hold, as it presses a button.
        Canvas | PulledFace => &[Window, Explore],
        // What is typed is text there.
        Name | Path => &[],
        // A question leaves no other key, and a sheet none either.
        Closing | Sheet => &[],
        Browser => &[Sheet],
    }
}

#[test]
fn a_key_means_one_thing_at_a_place() {
    // One button in three states.
    let one = |command| match command {
        Command::Pause | Command::Resume => Command::Start,
        other => other,
    };
    for (row, entry) in COMMANDS.iter().enumerate() {
        let rivals = COMMANDS.iter().enumerate().filter(|(other, rival)| {
            let same = rival.place == entry.place && *other < row;
            same || beside(entry.place).contains(&rival.place)
        });
        for (_, rival) in rivals {
            let shared = entry.keys.iter().find(|key| rival.keys.contains(key));
            assert!(
                shared.is_none() || one(rival.command) == one(entry.command),
                "{shared:?}: {:?} and {:?}",
                entry.command,
                rival.command
            );
        }
    }
}

#[test]
fn every_command_tells_its_keys() {
    for (row, entry) in COMMANDS.iter().enumerate() {
        assert_eq!(entry.command as usize, row);
        assert!(!entry.keys.is_empty() && entry.about.ends_with('.'));
        assert!(entry.command.tip().contains(&entry.command.key()) || entry.keys.len() == 4);
    }
    assert_eq!(
        Command::Redo.tip(),
        "Take the last undo back. Keys: Ctrl+Shift+Z, Ctrl+Y"
    );
    assert_eq!(Command::Keep.key(), "K");
    assert_eq!(
        with_keys("Drag.", &[Place::CropBox]).lines().nth(2),
        Some("Shift+Arrows: Move the box by ten pixels.")
    );
}

#[test]
fn movements_go_on_while_a_key_is_held() {
    assert!(repeats(Key::ArrowLeft, Modifiers::SHIFT) && repeats(Key::Tab, NONE));
    assert!(repeats(Key::Y, Modifiers::COMMAND) && !repeats(Key::Y, NONE));
    assert!(!repeats(Key::N, NONE) && !repeats(Key::F5, NONE));
}

#[test]
fn the_help_has_every_row_once_and_begins_with_the_screen_on_show() {
    for screen in [Data, Train, Explore, Animate] {
        let groups = by_place(screen);
        let rows = groups.iter().map(|(_, rows)| rows.len()).sum::<usize>();
        assert_eq!(rows, COMMANDS.len());
        if screen != Data {
            assert_eq!(groups[0].0, screen);
        }
        let titles: std::collections::HashSet<_> =
            groups.iter().map(|(place, _)| place.title()).collect();
        assert_eq!(titles.len(), groups.len());
    }
    let data = by_place(Data);
    assert_eq!((data[0].0, data[1].0), (CropBox, Window));
}
