"""The mouth of the design's picture: every drawing the chart knows, on one patient."""

MOUTH = {
    "18": [{"key": "missing"}],
    "17": [{"key": "filling", "surfaces": "O"}],
    "16": [{"key": "root_filling"}, {"key": "crown"}],
    "15": [{"key": "filling", "surfaces": "OD"}],
    "11": [{"key": "filling", "surfaces": "M"}],
    "21": [{"key": "filling", "surfaces": "M"}],
    "24": [{"key": "caries", "surfaces": "D"}, {"key": "filling", "surfaces": "OD", "plan": True}],
    "25": [
        {"key": "temporary_filling", "surfaces": "O"},
        {"key": "periodontitis"},
        {"key": "root_filling", "plan": True},
    ],
    "26": [
        {"key": "filling", "surfaces": "MOD"},
        {"key": "secondary_caries", "surfaces": "D"},
        {"key": "filling", "surfaces": "MOD", "plan": True},
    ],
    "27": [{"key": "sealant"}],
    "28": [{"key": "missing"}],
    "38": [{"key": "impacted", "tilt": -30}, {"key": "extraction", "plan": True}],
    "36": [{"key": "caries", "surfaces": "O"}],
    "34": [{"key": "wedge_defect", "surfaces": "C"}, {"key": "filling", "surfaces": "B", "plan": True}],
    **{tooth: [{"key": "calculus"}] for tooth in ("32", "31", "41", "42")},
    "45": [{"key": "filling", "surfaces": "OD"}],
    "46": [{"key": "missing"}, {"key": "implant"}, {"key": "crown"}],
    "47": [{"key": "root_filling"}, {"key": "filling", "surfaces": "MODL"}, {"key": "crown", "plan": True}],
    "48": [{"key": "missing"}],
}
