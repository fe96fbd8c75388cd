//! Which record has which time.

use std::io;

use bytes::Bytes;

use super::partition::Log;
use super::segment::{Located, Segment};
use crate::machine::Timestamp;
use crate::records::header::TimestampType;
use crate::records::{Header, read};

/// A record's time and place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) timestamp: Timestamp,
    pub(crate) offset: i64,
    pub(crate) leader_epoch: i32,
}

impl Log {
    /// The first record whose timestamp is `timestamp` or later.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn at_time(&self, timestamp: Timestamp) -> io::Result<Option<Found>> {
        let mut from = self.start;
        for segment in self.segments.iter().filter(|segment| segment.end > self.start) {
            while let Some(located) = segment.first_at(timestamp, from)? {
                let found = record(segment, &located, |offset, time| time >= timestamp && offset >= self.start)?;
                if found.is_some() {
                    return Ok(found);
                }
                from = located.header.next_offset();
            }
        }
        Ok(None)
    }

    /// The first record with the largest timestamp of all.
    ///
    /// # Errors
    ///
    /// When the disk cannot be read.
    pub(crate) fn latest_time(&self) -> io::Result<Option<Found>> {
        let mut best: Option<&Segment> = None;
        for segment in &self.segments {
            if best.is_none_or(|best| segment.max_timestamp > best.max_timestamp) {
                best = Some(segment);
            }
        }
        let Some(segment) = best else { return Ok(None) };
        match segment.latest()? {
            None => Ok(None),
            Some(located) => record(segment, &located, |_, time| time == located.header.max_timestamp),
        }
    }
}

/// The first record of a batch that is wanted by its offset and time. Where the broker's clock stamped the batch, all of
/// its records have one time, and nothing is unpacked.
fn record(segment: &Segment, located: &Located, wanted: impl Fn(i64, Timestamp) -> bool) -> io::Result<Option<Found>> {
    let header = &located.header;
    let leader_epoch = header.leader_epoch;
    if header.timestamp_type() == TimestampType::LogAppendTime {
        let timestamp = header.max_timestamp;
        let offset = (header.base_offset..header.next_offset()).find(|offset| wanted(*offset, timestamp));
        return Ok(offset.map(|offset| Found { timestamp, offset, leader_epoch }));
    }
    let batch = segment.batch(located)?;
    Ok(first(&batch, header, wanted).map(|(offset, timestamp)| Found { timestamp, offset, leader_epoch }))
}

fn first(batch: &Bytes, header: &Header, wanted: impl Fn(i64, Timestamp) -> bool) -> Option<(i64, Timestamp)> {
    let section = read::section(batch, header).ok()?;
    let mut found = None;
    let walked = read::each(&section, header, |record| {
        let (offset, timestamp) = (record.offset(header), record.timestamp(header));
        if found.is_none() && wanted(offset, timestamp) {
            found = Some((offset, timestamp));
        }
    });
    walked.ok().and(found)
}
