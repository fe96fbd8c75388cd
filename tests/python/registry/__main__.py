"""confluent-kafka's serialisers and its registry client against a registry and a cluster: every claim prints a line.

The argument says which claims: `all` that hold everywhere, or `held`, which the embedded cluster alone can show.
"""

import sys

import avro_claims
import contract_claims
import json_claims
import protobuf_claims
import settings_claims

if sys.argv[1] == "held":
    contract_claims.run()
else:
    for claims in (avro_claims, protobuf_claims, json_claims, settings_claims):
        claims.run()
