"""What protoc and jsonschema take for a schema: one JSON request on each line of the input, one JSON answer on each of the output.

{"proto": text, "known": folder of imports}: "refused" with protoc's words, or "descriptor", the file's descriptor in base64,
with the fields of each message in the order of their numbers: the order of the text is nobody's business.
{"schema": value}: "refused" with what breaks the meta-schema of its draft, or nothing.
"""

import base64
import json
import os
import sys
import tempfile

import jsonschema
from google.protobuf import descriptor_pb2
from grpc_tools import _protoc_compiler
import grpc_tools


INCLUDED = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")


def protoc(request, folder):
    source, output = os.path.join(folder, "main.proto"), os.path.join(folder, "descriptor")
    with open(source, "w", encoding="utf-8", newline="") as file:
        file.write(request["proto"])
    words = ["protoc", f"-I{folder}", f"-I{INCLUDED}", f"-I{request['known']}", f"--descriptor_set_out={output}", "main.proto"]
    with tempfile.TemporaryFile() as said:
        stderr = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            status = _protoc_compiler.run_main([word.encode() for word in words])
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
        said.seek(0)
        refusal = said.read().decode(errors="replace")
    if status != 0:
        return {"refused": refusal}
    with open(output, "rb") as file:
        found = descriptor_pb2.FileDescriptorSet.FromString(file.read()).file[-1]
    for message in found.message_type:
        sort_fields(message)
    for method in (method for service in found.service for method in service.method):
        # `{}` after a method says as much as `;`.
        if method.HasField("options") and not method.options.ByteSize():
            method.ClearField("options")
    return {"descriptor": base64.b64encode(found.SerializeToString(deterministic=True)).decode()}


def sort_fields(message):
    message.field.sort(key=lambda field: field.number)
    for nested in message.nested_type:
        sort_fields(nested)


def meta_schema(schema):
    validator = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        validator.check_schema(schema)
    except jsonschema.SchemaError as error:
        return {"refused": error.message}
    return {}


def main():
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            request = json.loads(line)
            answer = protoc(request, folder) if "proto" in request else meta_schema(request["schema"])
            print(json.dumps(answer))


main()
