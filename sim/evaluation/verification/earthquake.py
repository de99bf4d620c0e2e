"""The earthquake suite: ground motion, fields of chance, damage, aftershocks, debris."""

from __future__ import annotations

from typing import Final

from sim.evaluation.verification import (
    earthquake_damage,
    earthquake_fields,
    earthquake_motion,
    earthquake_zones,
)
from sim.evaluation.verification.case import Check

SUITE: Final = (
    Check("boore", earthquake_motion.boore),
    Check("boore_spread", earthquake_motion.boore_spread),
    Check("yu", earthquake_motion.yu),
    Check("intensity_bounds", earthquake_motion.intensity_bounds),
    Check("wang", earthquake_motion.wang),
    Check("intensity_table", earthquake_zones.table),
    Check("zone_borders", earthquake_zones.borders),
    Check("isoseismals", earthquake_zones.isoseismals),
    Check("mapped", earthquake_zones.mapped),
    Check("magnitudes", earthquake_motion.magnitudes),
    Check("ranges", earthquake_fields.ranges),
    Check("embedding", earthquake_fields.embedding),
    Check("lags", earthquake_fields.lags),
    Check("medians", earthquake_damage.medians),
    Check("exceedances", earthquake_damage.exceedances),
    Check("damage_indices", earthquake_damage.damage_indices),
    Check("bridges", earthquake_damage.bridges),
    Check("aftershocks", earthquake_damage.aftershocks),
    Check("debris", earthquake_damage.debris),
)
