# The door: `snakemake --cores 8` in this folder. The workflow itself is in workflow/.
include: "workflow/Snakefile"


rule all:
    default_target: True
    input:
        rules.everything.input,
