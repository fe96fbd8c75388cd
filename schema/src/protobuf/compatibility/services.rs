//! Services: hazards for callers. Confluent's registry does not look at them.

use std::collections::BTreeMap;

use prost_reflect::{FileDescriptor, MethodDescriptor, ServiceDescriptor};

use super::comparison::{Comparison, Path, Sides, Written};
use super::rules::Kind;
use crate::compatibility::Direction;

impl Comparison<'_> {
    pub(super) fn compare_services(&mut self, files: &Sides<FileDescriptor>) {
        let readers: BTreeMap<String, ServiceDescriptor> =
            files.reader.services().map(|service| (service.name().to_owned(), service)).collect();
        for writer in files.writer.services() {
            let path = self.enter(Path::ROOT, writer.name());
            if let Some(reader) = readers.get(writer.name()).cloned() {
                self.compare_service(path, &Sides { reader, writer });
            } else if self.direction == Direction::Backward {
                let what = format!("service `{}` is removed", writer.full_name());
                let written = Written::element(&writer.parent_file(), writer.path(), &[1]);
                self.differ(Kind::ServiceRemoved, path, what).writer(&written);
            }
        }
    }

    fn compare_service(&mut self, path: Path, services: &Sides<ServiceDescriptor>) {
        let readers: BTreeMap<String, MethodDescriptor> =
            services.reader.methods().map(|method| (method.name().to_owned(), method)).collect();
        for writer in services.writer.methods() {
            let path = self.enter(path, writer.name());
            if let Some(reader) = readers.get(writer.name()).cloned() {
                self.compare_method(path, &Sides { reader, writer });
            } else if self.direction == Direction::Backward {
                let what = format!("method `{}` is removed", writer.full_name());
                self.differ(Kind::RpcRemoved, path, what).writer(&written(&writer));
            }
        }
    }

    fn compare_method(&mut self, path: Path, methods: &Sides<MethodDescriptor>) {
        let signatures = methods.map(signature);
        if signatures.differ() {
            let [new, old] = self.by_age(signatures);
            let what = format!("method `{}` is `{new}` and was `{old}`", methods.reader.name());
            let help = "add a method with another name, and keep this one as it was";
            self.differ(Kind::RpcSignatureChanged, path, what).help(help).at(&methods.map(written));
        }
    }
}

fn written(method: &MethodDescriptor) -> Written {
    Written::element(&method.parent_file(), method.path(), &[1])
}

fn signature(method: &MethodDescriptor) -> String {
    let stream = |streams| if streams { "stream " } else { "" };
    format!(
        "({}{}) returns ({}{})",
        stream(method.is_client_streaming()),
        method.input().full_name(),
        stream(method.is_server_streaming()),
        method.output().full_name()
    )
}
