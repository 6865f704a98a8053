//! Classes as labels: a column a sub-folder, or a column a number.

use std::collections::BTreeSet;

use super::Labels;

/// More sub-folders or numbers than this are an order, no classes.
const MOST: usize = 256;

/// The table of the folders that the pictures stand in; `None` where they all stand in one, or in
/// very many.
pub fn table(names: &[String]) -> Option<Labels> {
    let folder = |name: &str| name.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let mut folders = BTreeSet::new();
    for name in names {
        if folders.len() <= MOST {
            folders.insert(folder(name)?);
        }
    }
    if !(2..=MOST).contains(&folders.len()) {
        return None;
    }
    let folders: Vec<String> = folders.into_iter().collect();
    let shared = shared_start(&folders);
    let short = |folder: &String| folder.get(shared..).unwrap_or(folder).to_owned();
    let mut labels = Labels::new(folders.iter().map(short).collect());
    let mut row = vec![0.0; folders.len()];
    for name in names {
        row.fill(0.0);
        let own = folder(name).unwrap_or_default();
        // Sorted: they come from a set.
        if let Ok(place) = folders.binary_search(&own)
            && let Some(cell) = row.get_mut(place)
        {
            *cell = 1.0;
        }
        labels.push(&row);
    }
    Some(labels)
}

/// Length of the folders that all begin with.
fn shared_start(folders: &[String]) -> usize {
    let Some(first) = folders.first() else {
        return 0;
    };
    let ends = first.match_indices('/').map(|(at, _)| at + 1);
    let starts = |end: &usize| {
        let start = first.get(..*end).unwrap_or_default();
        folders.iter().all(|folder| folder.starts_with(start))
    };
    ends.take_while(starts).last().unwrap_or(0)
}

/// One-hot columns for classes by number. `names` may be fewer than the classes.
pub(in crate::data) fn classes(numbers: &[Option<u32>], names: &[String]) -> Option<Labels> {
    let most = numbers.iter().flatten().max().copied()? as usize;
    if most >= MOST {
        return None;
    }
    let name = |class: usize| {
        let name = names.get(class).cloned();
        name.unwrap_or_else(|| format!("class {class}"))
    };
    let mut labels = Labels::new((0..=most).map(name).collect());
    let mut row = vec![0.0; most + 1];
    for number in numbers {
        row.fill(number.map_or(f32::NAN, |_| 0.0));
        if let Some(cell) = number.and_then(|number| row.get_mut(number as usize)) {
            *cell = 1.0;
        }
        labels.push(&row);
    }
    Some(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_become_columns() {
        let names = ["all/cat/1.png", "all/dog/big/2.png", "all/cat/3.png"].map(String::from);
        let labels = table(&names).unwrap();
        assert_eq!(labels.names, ["cat", "dog/big"]);
        assert_eq!(labels.row(1), Some(&[0.0, 1.0][..]));
        assert_eq!(labels.row(2), Some(&[1.0, 0.0][..]));
        assert_eq!(table(&names[..1]), None);
        assert_eq!(table(&["1.png".into(), "a/2.png".into()]), None);
    }

    #[test]
    fn classes_are_one_hot() {
        let labels = classes(&[Some(2), None, Some(0)], &["cat".into()]).unwrap();
        assert_eq!(labels.names, ["cat", "class 1", "class 2"]);
        assert_eq!(labels.row(0), Some(&[0.0, 0.0, 1.0][..]));
        assert!(labels.row(1).unwrap()[0].is_nan());
    }
}
