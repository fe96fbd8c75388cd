//! DescribeConfigs, AlterConfigs, IncrementalAlterConfigs and ListConfigResources.

use kafka_protocol::messages::{
    AlterConfigsRequest, DescribeConfigsRequest, IncrementalAlterConfigsRequest, ListConfigResourcesRequest,
};

use crate::machine::{Context, Machine, Outcome};

pub(crate) fn describe_configs(_machine: &mut Machine, _cx: &Context, _request: DescribeConfigsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn alter_configs(_machine: &mut Machine, _cx: &Context, _request: AlterConfigsRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn incremental_alter_configs(
    _machine: &mut Machine,
    _cx: &Context,
    _request: IncrementalAlterConfigsRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn list_config_resources(
    _machine: &mut Machine,
    _cx: &Context,
    _request: ListConfigResourcesRequest,
) -> Outcome {
    Outcome::Close
}
