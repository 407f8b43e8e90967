-- Days that nothing is added to become one part: reads with FINAL have nothing to merge there.
ALTER TABLE spans {{on_cluster}} MODIFY SETTING min_age_to_force_merge_seconds = 86400, min_age_to_force_merge_on_partition_only = 1
