import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('calendars', '0008_all_time_limits'),
        ('cases', '0010_cases_that_stand_still'),
        ('findings', '0005_notices_from_before'),
        ('meetings', '0008_known_from_a_list'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Checklist',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('examined_from', models.DateField(verbose_name='period examined, from')),
                ('examined_to', models.DateField(verbose_name='period examined, to')),
                ('drawn_at', models.DateTimeField(verbose_name='drawn up')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checklists', to='cases.case')),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drawn up by')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='checklists', to='cases.casesubject', verbose_name='subject')),
            ],
            options={
                'verbose_name': 'checklist of meeting quality',
                'verbose_name_plural': 'checklists of meeting quality',
                'ordering': ['subject', '-number'],
            },
        ),
        migrations.CreateModel(
            name='ChecklistLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30, verbose_name='code')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('title', models.CharField(max_length=200, verbose_name='what is looked at')),
                ('asked', models.TextField(verbose_name='what is asked')),
                ('measure', models.CharField(blank=True, choices=[('cadence', 'months without a regular meeting'), ('thematic', 'quarters without a thematic meeting'), ('length', 'meetings shorter than asked'), ('attendance', 'members present of those expected (%)'), ('absent', 'members absent so many times running'), ('contents', 'meetings with a content that nobody was to prepare'), ('preparation', 'meetings without agenda, notice or documents in time'), ('speaking', 'members who spoke of those present (%)'), ('minutes', 'meetings without minutes or conclusions, or not closed'), ('assigning', 'regular meetings that assigned nothing'), ('carried_out', 'assignments done by their day (%)'), ('handed_in', 'results not handed in in time'), ('scoring', 'own scores that differ from others beyond the margin'), ('dues', 'regular meetings without dues recorded'), ('notices', 'overdue demands of earlier notices')], help_text='Empty: the record does not tell, so the team looks itself.', max_length=12, verbose_name='computed from the record')),
                ('limit', models.PositiveSmallIntegerField(default=0, help_text='Percent to be reached, absences running, or how many are tolerated; by what is computed.', verbose_name='limit')),
                ('article', models.CharField(blank=True, max_length=100, verbose_name='article, clause')),
                ('wording', models.TextField(verbose_name='wording offered for a finding')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('certainty', models.CharField(choices=[('C2', 'two or more independent sources'), ('C1', 'one source'), ('U', 'unsure, to be confirmed'), ('D', 'set by the organisation')], default='U', max_length=2, verbose_name='certainty')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid to')),
                ('instrument', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='calendars.legalinstrument', verbose_name='rule breached')),
            ],
            options={
                'verbose_name': 'line of the checklist of meeting quality',
                'verbose_name_plural': 'lines of the checklist of meeting quality',
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ChecklistItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(max_length=30)),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('title', models.CharField(max_length=200, verbose_name='what is looked at')),
                ('asked', models.TextField(verbose_name='what is asked')),
                ('limit', models.PositiveSmallIntegerField(verbose_name='limit')),
                ('state', models.CharField(choices=[('in_order', 'nothing found in the record'), ('shortcoming', 'the record shows a shortcoming'), ('nothing', 'nothing is recorded of it')], max_length=11, verbose_name='what the record says')),
                ('told', models.JSONField(default=list)),
                ('rows', models.JSONField(default=list)),
                ('checklist', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='quality.checklist')),
                ('line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='quality.checklistline')),
            ],
            options={
                'verbose_name': 'line of a checklist',
                'verbose_name_plural': 'lines of checklists',
                'ordering': ['checklist', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Judgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('in_order', 'in order'), ('shortcoming', 'falls short'), ('not_examined', 'not examined')], max_length=12, verbose_name='verdict')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('judged_at', models.DateTimeField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='judgements', to='quality.checklistitem')),
                ('judged_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'judgement on a line',
                'verbose_name_plural': 'judgements on lines',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='LineFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finding', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='from_line', to='findings.finding')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='quality.checklistitem')),
            ],
            options={
                'verbose_name': 'finding from a line',
                'verbose_name_plural': 'findings from lines',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Sample',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('rule', models.CharField(choices=[('random', 'at random'), ('every', 'every so many-th, the first at random'), ('lowest', 'those with the lowest scores'), ('faults', 'all that the checklist finds at fault'), ('thematic', 'all thematic meetings')], max_length=8, verbose_name='how meetings are chosen')),
                ('size', models.PositiveSmallIntegerField(verbose_name='how many, or every which')),
                ('seed', models.CharField(blank=True, max_length=40, verbose_name='seed')),
                ('population', models.JSONField()),
                ('reason', models.TextField(blank=True, verbose_name='why it was drawn again')),
                ('drawn_at', models.DateTimeField(verbose_name='drawn')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='cases.case')),
                ('drawn_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='drawn by')),
                ('subject', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='samples', to='cases.casesubject', verbose_name='subject')),
            ],
            options={
                'verbose_name': 'sample of meetings',
                'verbose_name_plural': 'samples of meetings',
                'ordering': ['subject', '-number'],
            },
        ),
        migrations.CreateModel(
            name='SampledMeeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(verbose_name='No.')),
                ('is_examined', models.BooleanField(default=False, verbose_name='examined')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('noted_at', models.DateTimeField(null=True)),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting')),
                ('noted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sample', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='quality.sample')),
            ],
            options={
                'verbose_name': 'meeting of a sample',
                'verbose_name_plural': 'meetings of samples',
                'ordering': ['sample', 'position'],
            },
        ),
        migrations.AddConstraint(
            model_name='checklist',
            constraint=models.UniqueConstraint(fields=('subject', 'number'), name='checklist_number_once'),
        ),
        migrations.AddConstraint(
            model_name='checklistline',
            constraint=models.UniqueConstraint(fields=('code', 'valid_from'), name='checklist_line_once_from_a_day', violation_error_message='This line has a row from this day on already.'),
        ),
        migrations.AddConstraint(
            model_name='checklistline',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='checklist_line_ends_after_it_starts', violation_error_message='The last day is before the first.'),
        ),
        migrations.AddConstraint(
            model_name='checklistitem',
            constraint=models.UniqueConstraint(fields=('checklist', 'code'), name='checklist_item_once_a_line'),
        ),
        migrations.AddConstraint(
            model_name='judgement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('verdict', 'not_examined'), _negated=True), models.Q(('note', ''), _negated=True), _connector='OR'), name='not_examined_says_why'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.UniqueConstraint(fields=('subject', 'number'), name='sample_number_once'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='sample_drawn_again_says_why'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rule__in', ['random', 'every', 'lowest']), _negated=True), ('size__gte', 1), _connector='OR'), name='sample_has_a_size'),
        ),
        migrations.AddConstraint(
            model_name='sample',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('rule__in', ['random', 'every']), _negated=True), models.Q(('seed', ''), _negated=True), _connector='OR'), name='sample_by_chance_has_a_seed'),
        ),
        migrations.AddConstraint(
            model_name='sampledmeeting',
            constraint=models.UniqueConstraint(fields=('sample', 'meeting'), name='sampled_once'),
        ),
        migrations.AddConstraint(
            model_name='sampledmeeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_examined', False), ('note', ''), ('noted_at__isnull', True), ('noted_by__isnull', True)), models.Q(('noted_at__isnull', False), ('noted_by__isnull', False)), _connector='OR'), name='sampled_noted_whole'),
        ),
    ]
