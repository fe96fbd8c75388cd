//! Cuts steps into requests that the controller accepts.
//!
//! A controller refuses a request that would write more than 10,000 metadata records, and then refuses every item of
//! it. A topic costs a record for itself, one for each partition and one for each override.

/// The most metadata records that one request may cause; Kafka's own limit is 10,000.
pub(super) const RECORDS_PER_REQUEST: usize = 8_000;

/// Cuts items into runs whose cost stays within [`RECORDS_PER_REQUEST`]; an item that costs more goes alone.
pub(super) fn batches<T>(items: Vec<T>, cost: impl Fn(&T) -> usize) -> Vec<Vec<T>> {
    let mut batches: Vec<Vec<T>> = Vec::new();
    let mut room = 0;
    for item in items {
        let cost = cost(&item);
        match batches.last_mut() {
            Some(batch) if cost <= room => {
                room -= cost;
                batch.push(item);
            }
            _ => {
                room = RECORDS_PER_REQUEST.saturating_sub(cost);
                batches.push(vec![item]);
            }
        }
    }
    batches
}
