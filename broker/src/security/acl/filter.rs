//! Which ACLs a filter of DescribeAcls or DeleteAcls means.

use kafka_protocol::messages::DescribeAclsRequest;
use kafka_protocol::messages::delete_acls_request::DeleteAclsFilter;

use super::{AclBinding, PREFIXED, WILDCARD};

/// The code that stands for every value.
const ANY: i8 = 1;
/// The pattern type of a filter that means every pattern which the name falls under.
const MATCH: i8 = 2;

/// What an ACL must be like: a code, or a text. `ANY` and `None` stand where anything will do; a code that nothing has
/// means nothing.
#[derive(Debug)]
pub(super) struct Filter {
    resource_type: i8,
    name: Option<String>,
    pattern_type: i8,
    principal: Option<String>,
    host: Option<String>,
    operation: i8,
    permission: i8,
}

impl Filter {
    /// Kafka does not answer a request with the code 0, which stands for what is unknown.
    pub(super) fn describe(request: DescribeAclsRequest) -> Result<Self, UnknownCode> {
        Ok(Self {
            resource_type: code(request.resource_type_filter)?,
            name: request.resource_name_filter.map(|text| text.to_string()),
            pattern_type: code(request.pattern_type_filter)?,
            principal: request.principal_filter.map(|text| text.to_string()),
            host: request.host_filter.map(|text| text.to_string()),
            operation: code(request.operation)?,
            permission: code(request.permission_type)?,
        })
    }

    /// Kafka does not answer a request with the code 0, which stands for what is unknown.
    pub(super) fn delete(filter: DeleteAclsFilter) -> Result<Self, UnknownCode> {
        Ok(Self {
            resource_type: code(filter.resource_type_filter)?,
            name: filter.resource_name_filter.map(|text| text.to_string()),
            pattern_type: code(filter.pattern_type_filter)?,
            principal: filter.principal_filter.map(|text| text.to_string()),
            host: filter.host_filter.map(|text| text.to_string()),
            operation: code(filter.operation)?,
            permission: code(filter.permission_type)?,
        })
    }

    /// Whether it means this ACL.
    pub(super) fn means(&self, acl: &AclBinding) -> bool {
        self.means_resource(acl)
            && self.principal.as_ref().is_none_or(|principal| *principal == acl.principal)
            && self.host.as_ref().is_none_or(|host| *host == acl.host)
            && [ANY, acl.operation as i8].contains(&self.operation)
            && [ANY, acl.permission].contains(&self.permission)
    }

    fn means_resource(&self, acl: &AclBinding) -> bool {
        if ![ANY, acl.resource_type as i8].contains(&self.resource_type) {
            return false;
        }
        if ![ANY, MATCH, acl.pattern_type].contains(&self.pattern_type) {
            return false;
        }
        let Some(name) = &self.name else { return true };
        *name == acl.name
            || self.pattern_type == MATCH
                && match acl.pattern_type {
                    PREFIXED => name.starts_with(&acl.name),
                    _ => acl.name == WILDCARD,
                }
    }
}

/// The code 0.
#[derive(Debug)]
pub(super) struct UnknownCode;

fn code(code: i8) -> Result<i8, UnknownCode> {
    if code == 0 { Err(UnknownCode) } else { Ok(code) }
}
