//! Changes to metadata: written to the journal, applied, and made known to the areas that act on them.

use super::Machine;
use crate::metadata::TopicPartition;
use crate::metadata::change::Change;

impl Machine {
    /// Makes changes durable and true, in order.
    ///
    /// # Errors
    ///
    /// When the journal cannot be written; then nothing has changed.
    pub(crate) fn commit(&mut self, changes: Vec<Change>) -> std::io::Result<()> {
        self.journal.append(&changes)?;
        let (mut moved, mut created) = (Vec::new(), false);
        for change in changes {
            created |= matches!(change, Change::TopicCreated { .. } | Change::PartitionsAdded { .. });
            moved.extend(crate::control::moved_coordinator(self, &change));
            self.metadata.apply(&change);
            self.follow(&change)?;
            crate::log::clean::follow(self, &change);
        }
        // The changes are true already; a journal that stays long is no reason to refuse them.
        if self.journal.has_grown()
            && let Err(error) = self.journal.rewrite(&self.metadata.snapshot())
        {
            tracing::warn!(%error, "the journal could not be rewritten");
        }
        crate::fault::inject::fill_disks(self);
        crate::control::move_coordinators(self, &moved);
        if created {
            // Replicas may have been placed on brokers that are down.
            crate::control::brokers::settle_new(self)?;
        }
        Ok(())
    }

    /// What a change means for everything that is not metadata.
    fn follow(&mut self, change: &Change) -> std::io::Result<()> {
        match change {
            Change::TopicCreated { id, name, partitions } => {
                for index in 0..partitions.len() {
                    self.logs.create(*id, name, i32::try_from(index).unwrap_or(i32::MAX))?;
                }
            }
            Change::PartitionsAdded { id, first, partitions } => {
                let name = self.metadata.topic_by_id(*id).map(|topic| topic.name.clone()).unwrap_or_default();
                for index in 0..partitions.len() {
                    self.logs.create(*id, &name, first + i32::try_from(index).unwrap_or(i32::MAX))?;
                }
            }
            Change::TopicDeleted { id, name } => {
                self.logs.delete(*id)?;
                crate::data::topic_deleted(self, *id);
                crate::group::topic_deleted(self, *id, name);
                crate::share::topic_deleted(self, *id);
                crate::transaction::topic_deleted(self, *id);
            }
            Change::PartitionChanged { id, partition, to } => {
                let key = TopicPartition { topic: *id, partition: *partition };
                if let Some(log) = self.logs.get_mut(key).filter(|_| to.leader >= 0) {
                    log.lead(to.leader_epoch);
                }
                crate::data::partition_changed(self, *id, *partition);
            }
            Change::ConfigChanged { .. } => crate::data::config_changed(self),
            _ => {}
        }
        Ok(())
    }
}
