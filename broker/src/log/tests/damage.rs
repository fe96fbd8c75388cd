//! Torn writes, flipped bytes and half-done removals.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::{KEY, Stop, batch, opened, ranges};

fn segment(folder: &Path, base: i64) -> PathBuf {
    folder.join(format!("logs/orders-0/{base:020}.log"))
}

/// A folder with five batches of two records in one segment; also where each batch ends.
fn five(folder: &Path) -> Vec<usize> {
    let (mut logs, _) = opened(folder, Stop::Clean);
    let log = logs.get_mut(KEY).unwrap();
    let mut ends = vec![0];
    for padding in 0..5 {
        let bytes = batch(&[padding, padding], 10 * usize::try_from(padding).unwrap());
        log.append(&bytes, 0).unwrap();
        ends.push(ends.last().unwrap() + bytes.len());
    }
    ends
}

#[test]
fn loses_only_the_batch_that_was_cut_off_at_any_of_its_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let ends = five(folder.path());
    let whole = fs::read(segment(folder.path(), 0)).unwrap();
    for cut in ends[4]..=ends[5] {
        fs::write(segment(folder.path(), 0), &whole[..cut]).unwrap();
        for stop in [Stop::Unclean, Stop::Clean] {
            let (mut logs, truncated) = opened(folder.path(), stop);
            let log = logs.get_mut(KEY).unwrap();
            let kept = if cut == ends[5] { 10 } else { 8 };
            assert_eq!(log.end_offset(), kept, "cut at {cut}");
            let lost = truncated.iter().map(|truncated| (truncated.offset, truncated.bytes)).collect::<Vec<_>>();
            let torn = stop == Stop::Unclean && cut != ends[4] && cut != ends[5];
            assert_eq!(lost, if torn { vec![(8, (cut - ends[4]) as u64)] } else { vec![] });
        }
    }
}

#[test]
fn goes_on_behind_the_last_whole_batch() {
    let folder = tempfile::tempdir().unwrap();
    let ends = five(folder.path());
    let path = segment(folder.path(), 0);
    let whole = fs::read(&path).unwrap();
    fs::write(&path, &whole[..ends[5] - 3]).unwrap();
    let (mut logs, _) = opened(folder.path(), Stop::Unclean);
    assert_eq!(logs.get_mut(KEY).unwrap().append(&batch(&[9], 5), 1).unwrap(), 8);
    let (logs, truncated) = opened(folder.path(), Stop::Unclean);
    assert_eq!(truncated, []);
    let bytes = logs.get(KEY).unwrap().read(0, 9, 1 << 20).unwrap();
    assert_eq!(ranges(&bytes), [(0, 1), (2, 3), (4, 5), (6, 7), (8, 8)]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn loses_nothing_before_a_flipped_byte(at in 0_usize..1_000, flip in 1_u8..) {
        let folder = tempfile::tempdir().unwrap();
        let ends = five(folder.path());
        let path = segment(folder.path(), 0);
        let mut bytes = fs::read(&path).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= flip;
        fs::write(&path, &bytes).unwrap();
        let intact = i64::try_from(ends.iter().filter(|end| **end <= at).count()).unwrap() - 1;
        for stop in [Stop::Clean, Stop::Unclean] {
            fs::write(&path, &bytes).unwrap();
            let (mut logs, _) = opened(folder.path(), stop);
            let log = logs.get_mut(KEY).unwrap();
            assert!(log.end_offset() >= 2 * intact);
            let read = log.read(0, 2 * intact, 1 << 20).unwrap();
            assert_eq!(ranges(&read).len(), usize::try_from(intact).unwrap());
            let end = log.end_offset();
            assert_eq!(log.append(&batch(&[1], 1), 0).unwrap(), end);
            let _ = log.read(0, end + 1, 1 << 20);
            let _ = log.at_time(3);
            let _ = log.latest_time();
        }
    }

    #[test]
    fn opens_a_folder_whose_segment_is_noise(noise in prop::collection::vec(any::<u8>(), 0..400)) {
        let folder = tempfile::tempdir().unwrap();
        five(folder.path());
        fs::write(segment(folder.path(), 0), &noise).unwrap();
        let (mut logs, _) = opened(folder.path(), Stop::Unclean);
        let end = logs.get(KEY).unwrap().end_offset();
        assert_eq!(logs.get_mut(KEY).unwrap().append(&batch(&[1], 1), 0).unwrap(), end);
    }
}
