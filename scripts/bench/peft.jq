# Copyright (C) 2026 OpenLedger contributors.
# SPDX-License-Identifier: Apache-2.0
#
# Input: our serving benchmark. $theirs: PEFT's, or null. Lengths without a counterpart are an error.

# How many times as fast ours is: their milliseconds over ours, of the median and of the fastest run.
def times_as_fast($ours; $theirs): {
    p50: ($theirs.p50 / $ours.p50),
    min: ($theirs.min / $ours.min),
};

. as $ours
| .peft = if $theirs == null then null else
    $theirs + {
        ours_times_as_fast: [
            $ours.batches[] as $our
            | ([$theirs.batches[] | select(.length == $our.length)][0]
                // error("PEFT was not measured at length \($our.length)")) as $their
            | {
                length: $our.length,
                mixed_batch: times_as_fast($our.mixed_batch_ms; $their.mixed_batch_ms),
                one_run_per_adapter:
                    times_as_fast($our.one_run_per_adapter_ms; $their.one_run_per_adapter_ms),
                plain_base: times_as_fast($our.plain_base_ms; $their.plain_base_ms),
            }
        ],
    }
end
