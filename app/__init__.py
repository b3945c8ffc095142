"""ScintiRead: reader studies and annotation on whole-body bone scans.

The rooms, from the ground up (imports point down only; rooms on one line do not know each other)::

    __main__                                no arguments: the window; otherwise the command line
    gui | cli                               what a person touches
    workflows                               one task of a person per file, called by gui and cli alike
    bundles                                 a study in one file, for a reader without a network
    store | pacs | learning | simulator | report | exports   kept, fetched, learned, simulated, said, written
    study | figures | quantification        what a reader study is; results drawn; how much disease there is
    annotation | analysis                   what a person draws; what the readings say
    scan                                    what a scan is and how it gets in
    settings                                what a person may change
    tables                                  every CSV and workbook that a person brings, cells that do no harm
    files | each_scan                       whole files, and what is said when the disk refuses; many scans
    faults                                  what nobody foresaw, told in one sentence
    wording | progress | errors | names | plan | language | paths   the ground

`gui/pages`, `cli` and `workflows` have the same rooms: scans, simulator, annotation, models, training, study,
bundles, rehearsal, analysis, reports, pacs. What belongs to a task is found under one name in all three.

Words, used the same way everywhere:

Scan        one patient's examination: its anterior and posterior views
View        one image of a scan; counts, float32 (rows, cols)
Level       lower or upper display level, in counts ("window filter")
Region      one polygon on one view
Lesion      one finding; its regions may lie on both views
Annotation  all regions of one person on one scan
Study       the design of a reader study and what was read in it
Case        a scan within a study
Arm         reading condition: unaided or aided
Reading     one reader's answer on one case in one arm
Attempt     one try at showing a case and taking the answer; after a crash the case comes again, as another
Visit       one of the rounds of a crossover, a washout apart
Session     one reader reading, from opening the study to closing it
Sitting     who reads what in a session, and where: what every record of it repeats
Head        the end of a reader's chain: how many links it has, and the last hash
Course      how far results go along a reader's chain; of a simulated patient, how the disease goes on
Truth       the reference standard
Rating      probability of metastasis, 0-100
Mark        lesion localisation with a rating
Film        the picture of one view at its levels, as it hangs on the canvas
Desk        the canvas with the panels about it, on a page where somebody draws or reads
"""

__version__ = "0.1.0"
